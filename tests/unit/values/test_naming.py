"""Is a name in both languages parted, and any other left whole?"""

from __future__ import annotations

import pytest

from forbear.values.naming import both_names


@pytest.mark.parametrize(
    ("name", "parted"),
    [
        (
            "Banyan Finance (invented) 榕树金融（虚构）",
            ("Banyan Finance (invented)", "榕树金融（虚构）"),
        ),
        ("Banyan / 榕树", ("Banyan", "榕树")),
        ("榕树金融 Banyan", ("榕树金融 Banyan", "榕树金融 Banyan")),
        ("Banyan Finance", ("Banyan Finance", "Banyan Finance")),
        ("榕树金融", ("榕树金融", "榕树金融")),
        ("", ("", "")),
    ],
)
def test_a_name_is_parted_at_its_first_chinese_sign(name, parted):
    assert both_names(name) == parted
