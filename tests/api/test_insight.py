"""Repeat problems and early warning over HTTP."""

from tests.support.city import People


async def test_lists_answer_and_are_narrowed(api: People) -> None:
    for number in range(3):
        await api.raised(title=f"报房胡同井盖松动{number}", place="报房胡同9号", description="井盖松动")
    repeats = await api.get("dhm.staff", "/reports/repeats", area="110101001")
    assert repeats.status_code == 200, repeats.text
    told = repeats.json()
    assert (told["items"], told["rules"]) == ([], "beijing-insight/1"), "three reports of one day are one occurrence"
    late = await api.get("drain.dispatch", "/reports/likely-late", scope="110101-DRAIN")
    assert late.status_code == 200, late.text
    body = late.json()
    assert (body["items"], body["asked"], body["unknown"], body["warn"]) == ([], 3, 3, 0.5), "nothing is known yet"
    assert (await api.get("dhm.staff", "/reports/repeats", area="x")).status_code == 422
    assert (await api.get("dhm.staff", "/reports/likely-late", scope="x")).status_code == 422
