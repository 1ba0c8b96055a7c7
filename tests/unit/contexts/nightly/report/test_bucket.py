"""Are buckets of different products told apart and named?"""

from __future__ import annotations

import pytest

from forbear.contexts.nightly.report.bucket import bucket_mark, bucket_name, families, stage
from forbear.contexts.nightly.report.source import read_night
from tests.support.report_night import write_night


@pytest.fixture
def night(tmp_path):
    return read_night(*write_night(tmp_path))


class TestFamilies:
    def test_join_products_with_the_same_buckets(self, night):
        products = ["instalment_loan", "us_personal_loan", "revolving_credit"]

        first, second = families(night, products)

        assert first.products == ("instalment_loan", "revolving_credit")
        assert second.buckets[0] == "CURRENT"

    def test_take_the_buckets_of_an_unknown_product_from_the_figures(self, night):
        (family,) = families(night, ["nothing_known"])

        assert family.buckets == ()


class TestStage:
    def test_counts_from_current(self, night):
        assert stage(night, "us_personal_loan", "CURRENT") == 0
        assert stage(night, "us_personal_loan", "DPD_1_29") == 1

    def test_puts_an_unknown_bucket_last(self, night):
        assert stage(night, "instalment_loan", "M99") == 8


class TestNames:
    @pytest.mark.parametrize(
        ("bucket", "english", "chinese", "mark"),
        [
            ("M3", "M3", "M3", "M3"),
            ("CURRENT", "Current", "正常", "0"),
            ("DPD_120_PLUS", "120 days or more", "120天以上", "120+"),
            ("ARREARS_2", "Arrears 2", "拖欠2", "2"),
        ],
    )
    def test_are_words_and_marks(self, bucket, english, chinese, mark):
        assert (bucket_name(bucket).en, bucket_name(bucket).zh) == (english, chinese)
        assert bucket_mark(bucket).en == mark
