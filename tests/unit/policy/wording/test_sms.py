"""Text messages are counted as the network counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.policy.wording.sms import Encoding, sms_length

GSM = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà"
EXTENSION = "^{}\\[~]|€"


class TestCounting:
    @pytest.mark.parametrize(
        ("text", "encoding", "units", "parts"),
        [
            ("", Encoding.GSM_7, 0, 1),
            ("a" * 160, Encoding.GSM_7, 160, 1),
            ("a" * 161, Encoding.GSM_7, 161, 2),
            ("a" * 306, Encoding.GSM_7, 306, 2),
            ("a" * 307, Encoding.GSM_7, 307, 3),
            ("€" * 80, Encoding.GSM_7, 160, 1),
            ("€" * 81, Encoding.GSM_7, 162, 2),
            # 153 is odd: a pair of septets is not parted, so 76 fit into a part.
            ("€" * 153, Encoding.GSM_7, 306, 3),
            ("a" * 152 + "€" + "a" * 152, Encoding.GSM_7, 306, 3),
            ("字" * 70, Encoding.UCS_2, 70, 1),
            ("字" * 71, Encoding.UCS_2, 71, 2),
            ("字" * 134, Encoding.UCS_2, 134, 2),
            ("字" * 135, Encoding.UCS_2, 135, 3),
            ("a" * 70 + "字", Encoding.UCS_2, 71, 2),
            ("a`b", Encoding.UCS_2, 3, 1),
            ("𠮷" * 35, Encoding.UCS_2, 70, 1),
            # 67 is odd: a surrogate pair is not parted, so 33 fit into a part.
            ("𠮷" * 67, Encoding.UCS_2, 134, 3),
        ],
    )
    def test_counts_units_and_parts(self, text, encoding, units, parts):
        found = sms_length(text)

        assert (found.encoding, found.units, found.parts) == (encoding, units, parts)

    @given(text=st.text(st.sampled_from(GSM), max_size=700))
    def test_basic_characters_take_one_septet(self, text):
        found = sms_length(text)

        assert found.encoding is Encoding.GSM_7
        assert found.units == len(text)
        assert found.parts == (1 if len(text) <= 160 else -(-len(text) // 153))

    @given(text=st.text(st.sampled_from(GSM + EXTENSION + "字𠮷"), max_size=400))
    def test_agrees_with_a_slow_twin(self, text):
        found = sms_length(text)
        wide = any(each in "字𠮷" for each in text)
        room = 67 if wide else 153
        pieces, piece = [], []
        for each in text:
            size = len(each.encode("utf-16-be")) // 2 if wide else 1 + (each in EXTENSION)
            if sum(piece) + size > room:
                pieces.append(piece)
                piece = []
            piece.append(size)
        pieces.append(piece)
        whole = sum(map(sum, pieces))

        assert found.units == whole
        assert found.parts == (1 if whole <= (70 if wide else 160) else len(pieces))

    @given(text=st.text(max_size=300), more=st.text(max_size=50))
    def test_more_text_never_takes_less(self, text, more):
        assert sms_length(text + more).units >= sms_length(text).units
        assert sms_length(text + more).parts >= sms_length(text).parts
