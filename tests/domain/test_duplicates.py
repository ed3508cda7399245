"""Likeness of reports: what makes it high, what lowers it, and what must not matter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.insight_files import InsightInvalid, bundled_insight, load_insight
from domain.duplicates import Rarity, Report, distance, grams, likeness, normal

TUNING = bundled_insight().duplicates.tuning
NIGHT = Report("桂苑小区旁工地夜间施工扰民", "桂苑小区西侧工地每晚施工到两点，噪音很大，请处理。", "桂苑小区")
AGAIN = Report("工地夜间施工影响桂苑小区居民", "每晚施工，噪音让老人无法入睡。", "桂苑小区西门")
ELSEWHERE = Report("柳林家园旁工地夜间施工扰民", "柳林家园南侧工地每晚施工，噪音很大。", "柳林家园")
LIFT = Report("桂苑小区三号楼电梯停运", "电梯坏了一周，老人无法下楼。", "桂苑小区三号楼")
COMMON = Rarity.of([
    Report(f"{place}{what}", f"{place}附近{what}，请处理。", place)
    for place in ("清河家园", "安华里", "柏林寺", "望京花园", "和平里", "双榆树", "甘家口", "木樨园")
    for what in ("工地夜间施工扰民", "路灯不亮", "井盖松动", "违法停车", "树枝压线", "餐馆油烟", "垃圾无人清运")
])  # fmt: skip

words = st.text("桂苑小区电梯停运噪音施工扰民夜间 ab12，。", max_size=30)
reports = st.builds(Report, words, words, words, st.sampled_from([None, "W01", "W02"]))


def score(one, other, rarity=COMMON):
    return likeness(one, other, rarity, TUNING).score


def test_place_and_trouble_together_make_a_duplicate():
    like = likeness(NIGHT, AGAIN, COMMON, TUNING)
    assert like.score >= TUNING.suggest
    assert like.shared[0] == "桂苑小区"
    assert score(NIGHT, AGAIN) > score(NIGHT, LIFT), "the same place alone is less"
    assert score(NIGHT, AGAIN) > score(NIGHT, ELSEWHERE), "the same trouble alone is less"


def test_what_everybody_complains_about_weighs_little():
    known, unknown = likeness(NIGHT, ELSEWHERE, COMMON, TUNING), likeness(NIGHT, ELSEWHERE, Rarity(), TUNING)
    assert known.score < unknown.score


def test_class_and_distance():
    here = replace(NIGHT, class_code="W01", lat=39_914_100, lng=116_404_100)
    near = replace(AGAIN, class_code="W01", lat=39_914_500, lng=116_404_100)
    far = replace(near, lat=39_934_100)
    other = replace(near, class_code="W02")
    assert likeness(here, near, COMMON, TUNING).metres == 44
    assert likeness(here, far, COMMON, TUNING).metres == 2224
    assert score(here, far) < score(here, near)
    assert score(here, other) < score(here, near)
    assert likeness(here, other, COMMON, TUNING).same_class is False
    unlike_words = Report("井盖缺失", "路口有一口井没有盖子", "路口东侧", None, here.lat, here.lng)
    assert score(here, unlike_words) >= TUNING.name, "within 100 m the place is shared whatever the words"
    assert distance(NIGHT, here) is None


@given(reports, reports)
def test_the_order_of_the_two_does_not_matter(one, other):
    there, back = likeness(one, other, COMMON, TUNING), likeness(other, one, COMMON, TUNING)
    assert there.score == pytest.approx(back.score)
    assert 0.0 <= there.score <= 1.0 + 1e-9


@given(words, words)
def test_a_report_is_like_itself(title, details):
    report = Report(title, details)
    assert score(report, report) >= (TUNING.text if report.grams else 0.0)
    assert normal(normal(title)) == normal(title)
    assert all(gram in report.whole for gram in grams(report.whole))


def test_a_title_told_again_is_both_place_and_trouble():
    again = Report("市民来电", f"反映{ELSEWHERE.title}，望处理")
    assert score(ELSEWHERE, again) >= TUNING.suggest > score(LIFT, again)


def test_width_case_and_signs_do_not_matter():
    assert normal("ＡＢ１２，桂苑—小区！ ") == "ab12 桂苑 小区"


def test_a_rare_gram_weighs_more_and_none_is_negative():
    assert COMMON.weight("桂苑") == 1.0
    assert 0.0 <= COMMON.weight("施工") < 0.6
    assert Rarity(prior=0).weight("施工") == 1.0


def test_the_file_of_numbers_is_checked():
    assert bundled_insight().ref == "beijing-insight/1"
    assert TUNING.text + TUNING.name + TUNING.second == pytest.approx(1.0)
    for text in ("name = 1", "not toml", 'name = "x"\nversion = 1\n[duplicates]\ntext = 2.0'):
        with pytest.raises(InsightInvalid):
            load_insight(text)
