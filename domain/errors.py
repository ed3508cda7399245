"""Errors of the core: every refusal has a stable code that callers act upon, and a text in both languages."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, NamedTuple


class DomainError(Exception):
    """Root of every expected error; `code` is stable and documented, `message` is for people, `facts` for programs."""

    code: ClassVar[str] = "domain_error"

    def __init__(self, message: str, **facts: object) -> None:
        """Keep the message and the facts (JSON-able values) apart, so nobody has to parse text."""
        super().__init__(message)
        self.message = message
        self.facts = facts


class Fault(StrEnum):
    """What sort of refusal it is; the border maps it to a status (403, 404, 409, 422)."""

    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Reason(StrEnum):
    """Why a command is refused. Values are part of the API: never renamed, never reused."""

    NOT_ALLOWED = "not_allowed"
    WRONG_STATUS = "wrong_status"
    WRONG_TASK_STATE = "wrong_task_state"
    UNKNOWN_TASK = "unknown_task"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_LIMIT_CLASS = "unknown_limit_class"
    UNKNOWN_ORG = "unknown_org"
    UNKNOWN_CLASS = "unknown_class"
    UNKNOWN_WORKER = "unknown_worker"
    ALREADY_CLAIMED = "already_claimed"
    NOT_HOLDER = "not_holder"
    ALREADY_IN_CASE = "already_in_case"
    ONE_LEAD = "one_lead"
    LEAD_STAYS = "lead_stays"
    RAISER_MAY_NOT_APPROVE = "raiser_may_not_approve"
    HANDLER_MAY_NOT_CHECK = "handler_may_not_check"
    COMMUNITY_MAY_NOT_LEAD = "community_may_not_lead"
    ALREADY_ON_SCENE = "already_on_scene"
    NO_APPROVAL_PENDING = "no_approval_pending"
    APPOINTMENT_PAST = "appointment_past"
    NO_APPOINTMENT = "no_appointment"
    RAISER_IS_NO_PARTY = "raiser_is_no_party"
    NOT_IN_FORCE = "not_in_force"
    LATE_REASON_WANTED = "late_reason_wanted"
    NOT_OWN_DISTRICT = "not_own_district"
    OWN_POWER = "own_power"
    NOTICE_ONLY = "notice_only"
    PARTNER_MAY_NOT_LEAD = "partner_may_not_lead"
    INVITED_ONLY = "invited_only"
    NOT_INVITED = "not_invited"
    STREET_IS_NO_PARTY = "street_is_no_party"
    WRONG_DIRECTION = "wrong_direction"
    SUPPORT_WANTED = "support_wanted"
    BAD_JOINT_AREA = "bad_joint_area"
    NOT_SENSITIVE = "not_sensitive"
    AUXILIARY_MAY_NOT_ENFORCE = "auxiliary_may_not_enforce"
    UNKNOWN_GROUND = "unknown_ground"
    TOO_LATE = "too_late"
    OBJECTED_ONCE = "objected_once"
    LAST_INSTANCE = "last_instance"
    NO_OBJECTION = "no_objection"
    NOTHING_TO_RETURN = "nothing_to_return"
    RELEASED_LAST = "released_last"
    INFORM_ONLY = "inform_only"
    TASK_SUSPENDED = "task_suspended"
    REQUEST_PENDING = "request_pending"
    REQUEST_SETTLED = "request_settled"
    ASKER_MAY_NOT_RULE = "asker_may_not_rule"
    REVIEW_FIRST = "review_first"
    NO_CLOCK_RUNS = "no_clock_runs"
    EXTENSION_LIMIT = "extension_limit"
    CITIZEN_NOT_TOLD = "citizen_not_told"
    UNKNOWN_REASON = "unknown_reason"
    END_DATE_PAST = "end_date_past"
    SUSPENSION_TOO_LONG = "suspension_too_long"
    SUSPENSION_LIMIT = "suspension_limit"
    ALREADY_SUSPENDED = "already_suspended"
    NOT_SUSPENDED = "not_suspended"
    WRONG_LEVEL = "wrong_level"
    NOT_ABOVE = "not_above"
    NO_MILESTONES = "no_milestones"
    MILESTONE_LIMIT = "milestone_limit"
    REOPEN_WINDOW_OVER = "reopen_window_over"
    REOPEN_LIMIT = "reopen_limit"
    EVIDENCE_MISSING = "evidence_missing"
    UNKNOWN_STANDARD = "unknown_standard"
    UNKNOWN_RESULT = "unknown_result"
    UNKNOWN_CHANNEL = "unknown_channel"
    CHANNEL_NOT_YOURS = "channel_not_yours"
    CONTACT_MISSING = "contact_missing"
    DISPOSAL_NOT_HERE = "disposal_not_here"
    TARGET_MISSING = "target_missing"
    RAISER_ONLY = "raiser_only"
    CALL_BACK_AWAITED = "call_back_awaited"
    CALL_BACK_NOT_DUE = "call_back_not_due"
    NO_GRID_EVENT = "no_grid_event"
    ALREADY_FILED = "already_filed"
    PRE_CHECK_FIRST = "pre_check_first"
    NOT_FOUND_ON_SITE = "not_found_on_site"
    NOT_FILED = "not_filed"
    POST_CHECK_FIRST = "post_check_first"
    POST_CHECK_FAILED = "post_check_failed"
    ALREADY_CHECKED = "already_checked"
    NOT_OWNER = "not_owner"
    NO_MEETING_OWED = "no_meeting_owed"
    PRAISE_ONLY = "praise_only"
    NOT_PRAISE = "not_praise"
    REPORT_ANSWERED = "report_answered"
    LINKED_ELSEWHERE = "linked_elsewhere"
    LINK_CHAIN = "link_chain"
    NOT_LINKED = "not_linked"
    SAME_CASE = "same_case"
    WRONG_STAGE = "wrong_stage"
    PROPOSER_MAY_NOT_APPROVE = "proposer_may_not_approve"
    UNKNOWN_ENTRY = "unknown_entry"
    PERIOD_NOT_AHEAD = "period_not_ahead"
    ROUND_INCOMPLETE = "round_incomplete"
    UNKNOWN_CHECK = "unknown_check"
    NOT_IN_GROUP = "not_in_group"
    UNKNOWN_MEMBER = "unknown_member"
    MEMBER_OF_NO_BODY = "member_of_no_body"
    CHECK_IS_PAST_THAT = "check_is_past_that"
    REPLY_AWAITED = "reply_awaited"
    VISIT_INCOMPLETE = "visit_incomplete"
    CHAPTER_NOT_IN_FORCE = "chapter_not_in_force"
    NOT_A_PARTY = "not_a_party"
    SUPERIOR_HANDLES = "superior_handles"
    GRADE_ABOVE_POWER = "grade_above_power"
    GRADE_MAY_ONLY_RISE = "grade_may_only_rise"
    ANSWERED_ONCE = "answered_once"
    ORDER_IS_OVER = "order_is_over"
    ANOTHER_LEVEL = "another_level"
    APPEALED_ONCE = "appealed_once"
    NO_APPEAL_PENDING = "no_appeal_pending"
    OWN_ORDER = "own_order"
    MAY_NOT_RATE = "may_not_rate"
    RATING_IS_OVER = "rating_is_over"
    RATED_ONCE = "rated_once"
    SCORE_OUT_OF_RANGE = "score_out_of_range"
    MEETING_LEVEL = "meeting_level"
    MEETING_PAST = "meeting_past"
    MEETING_IS_OVER = "meeting_is_over"
    MEETING_NOT_HELD = "meeting_not_held"
    KEPT_CONFIDENTIAL = "kept_confidential"
    NOT_AT_MEETING = "not_at_meeting"
    QUORUM_MISSING = "quorum_missing"
    PUBLISHED_ONCE = "published_once"
    DRAFT_LEAVES_GAPS = "draft_leaves_gaps"
    VERSION_NOT_NEWER = "version_not_newer"
    DRAFT_HAS_FAULTS = "draft_has_faults"
    PERIOD_NOT_OVER = "period_not_over"
    PROPOSER_MAY_NOT_DECIDE = "proposer_may_not_decide"
    NOT_CLOSED_YET = "not_closed_yet"
    CLOCK_NOT_LATE = "clock_not_late"
    APPEAL_TOO_LATE = "appeal_too_late"
    OUT_OF_RANGE = "out_of_range"
    OFFER_IS_OVER = "offer_is_over"
    OFFER_FULL = "offer_full"
    TAKEN_ALREADY = "taken_already"
    NOT_TAKEN = "not_taken"
    BY_ORDER_ONLY = "by_order_only"
    NOT_BY_ORDER = "not_by_order"
    OWN_HOURS = "own_hours"
    UNKNOWN_CAMPAIGN = "unknown_campaign"
    CAMPAIGN_OVER = "campaign_over"
    CAMPAIGN_NOT_BEGUN = "campaign_not_begun"
    OUTSIDE_CAMPAIGN = "outside_campaign"
    OUTSIDE_OWN_AREA = "outside_own_area"
    BAD_BATCH = "bad_batch"
    BATCH_TOO_LONG = "batch_too_long"
    BATCH_RUNS = "batch_runs"
    ROW_UNREADABLE = "row_unreadable"
    ROW_TWICE = "row_twice"
    NO_REPEAT = "no_repeat"
    MATTER_STANDS = "matter_stands"
    NO_GAP = "no_gap"


class Wording(NamedTuple):
    """The text of one reason."""

    fault: Fault
    en: str
    zh: str


WORDINGS: dict[Reason, Wording] = {
    Reason.NOT_ALLOWED: Wording(
        Fault.FORBIDDEN, "Your role or office may not do this in this case.", "您的岗位或单位无权对本案执行此操作。"
    ),
    Reason.WRONG_STATUS: Wording(
        Fault.CONFLICT, "The case is not in a status that allows this.", "案件当前状态不能执行此操作。"
    ),
    Reason.WRONG_TASK_STATE: Wording(
        Fault.CONFLICT, "The task is not in a state that allows this.", "部门任务当前状态不能执行此操作。"
    ),
    Reason.UNKNOWN_TASK: Wording(Fault.MISSING, "The case has no such task.", "本案没有这项部门任务。"),
    Reason.UNKNOWN_KIND: Wording(Fault.INVALID, "The rule pack has no such kind.", "规则包中没有这种哨。"),
    Reason.UNKNOWN_LIMIT_CLASS: Wording(
        Fault.INVALID, "The rule pack has no such limit class.", "规则包中没有该时限档次。"
    ),
    Reason.UNKNOWN_ORG: Wording(Fault.INVALID, "No such organisation.", "没有这个单位。"),
    Reason.UNKNOWN_CLASS: Wording(Fault.INVALID, "The catalogue has no such class.", "案件目录中没有该类别。"),
    Reason.UNKNOWN_WORKER: Wording(
        Fault.INVALID, "No such worker in this department.", "该部门没有这名工作人员。"
    ),
    Reason.ALREADY_CLAIMED: Wording(
        Fault.CONFLICT, "The task has already been claimed.", "任务已被他人签收。"
    ),
    Reason.NOT_HOLDER: Wording(
        Fault.FORBIDDEN, "Only the holder of the task or the department's dispatcher may do this.",
        "只有任务签收人或本部门派单员可以执行此操作。",
    ),
    Reason.ALREADY_IN_CASE: Wording(
        Fault.CONFLICT, "The department already has a task in this case.", "该部门已在本案中。"
    ),
    Reason.ONE_LEAD: Wording(Fault.CONFLICT, "A case has exactly one lead.", "一案只能有一个主办部门。"),
    Reason.LEAD_STAYS: Wording(
        Fault.CONFLICT, "The lead cannot be released; withdraw the case or close it.", "主办部门不能放行。"
    ),
    Reason.RAISER_MAY_NOT_APPROVE: Wording(
        Fault.FORBIDDEN, "Whoever raised the case may not approve it.", "吹哨人不能审批自己的哨。"
    ),
    Reason.HANDLER_MAY_NOT_CHECK: Wording(
        Fault.FORBIDDEN, "Whoever handled the case may not check it.", "处置人不能核查自己的案件。"
    ),
    Reason.COMMUNITY_MAY_NOT_LEAD: Wording(
        Fault.INVALID, "A community may assist but never lead.", "社区只能协办，不能主办。"
    ),
    Reason.ALREADY_ON_SCENE: Wording(
        Fault.CONFLICT, "A department is already on the scene; the case can no longer be withdrawn.",
        "已有部门到场，不能再撤回。",
    ),
    Reason.NO_APPROVAL_PENDING: Wording(Fault.CONFLICT, "No approval is pending.", "没有待审批事项。"),
    Reason.APPOINTMENT_PAST: Wording(
        Fault.INVALID, "The appointment must lie in the future.", "约定到场时间必须晚于现在。"
    ),
    Reason.NO_APPOINTMENT: Wording(
        Fault.INVALID, "This kind has its own limit for reporting in; no time can be agreed.",
        "该哨种有固定到场时限，不能另行约定。",
    ),
    Reason.RAISER_IS_NO_PARTY: Wording(
        Fault.INVALID, "Whoever raises a case does not call itself.", "不能向本单位自己吹哨。"
    ),
    Reason.NOT_IN_FORCE: Wording(
        Fault.CONFLICT, "The rules that judge this case do not provide for this.", "本案适用的规则未设此项。"
    ),
    Reason.LATE_REASON_WANTED: Wording(
        Fault.INVALID, "The limit has passed: give the reason for the delay and the progress so far.",
        "已超过处置时限，请说明逾期原因和阶段性情况。",
    ),
    Reason.NOT_OWN_DISTRICT: Wording(
        Fault.INVALID, "You may only call units of your own district, for places in it.",
        "只能召集本区的单位，且限于本区的事项。",
    ),
    Reason.OWN_POWER: Wording(
        Fault.INVALID, "The sub-district holds this enforcement power itself and handles the matter with its own team.",
        "该执法权已下放街道，由街道综合行政执法队自行处置，无需吹哨。",
    ),
    Reason.NOTICE_ONLY: Wording(
        Fault.INVALID, "This body can only be informed; it is not under the command of sub-district or district.",
        "该单位不受街道、区指挥，只能知会。",
    ),
    Reason.PARTNER_MAY_NOT_LEAD: Wording(
        Fault.INVALID, "A partner is invited and may assist, but never lead.", "共治单位只能应邀协助，不能主办。"
    ),
    Reason.INVITED_ONLY: Wording(
        Fault.CONFLICT, "A partner takes part of its own will and owes nothing.", "共治单位系应邀参加，不承担时限责任。"
    ),
    Reason.NOT_INVITED: Wording(
        Fault.CONFLICT, "The department was ordered to come and cannot decline; it may object.",
        "该部门系派单参加，不能谢绝，可以提出退单异议。",
    ),
    Reason.STREET_IS_NO_PARTY: Wording(
        Fault.INVALID, "A sub-district is called only by a department with the district's approval, or by a ruling.",
        "未经区级批准，不能向街道（乡镇）派单。",
    ),
    Reason.WRONG_DIRECTION: Wording(
        Fault.INVALID, "This kind of whistle does not go this way between these units.", "该哨种不适用于这一派单方向。"
    ),
    Reason.SUPPORT_WANTED: Wording(
        Fault.INVALID, "Work given to a sub-district comes with staff, money and a clear standard: state them.",
        "向街道（乡镇）交办工作须同时明确人员、经费和标准。",
    ),
    Reason.BAD_JOINT_AREA: Wording(
        Fault.INVALID, "Joint raisers are other sub-districts, each named once, in a sub-district's whistle.",
        "联合吹哨单位须为其他街道（乡镇），且不得重复。",
    ),
    Reason.NOT_SENSITIVE: Wording(
        Fault.CONFLICT, "Only a sensitive case is handed over to the psychology service.",
        "仅敏感案件可以转介心理服务。",
    ),
    Reason.AUXILIARY_MAY_NOT_ENFORCE: Wording(
        Fault.FORBIDDEN, "An auxiliary may inspect and persuade but not enforce: a certified worker has to act.",
        "协管员可以巡查、劝导，不得执法；须由执法人员处置。",
    ),
    Reason.UNKNOWN_GROUND: Wording(
        Fault.INVALID, "An objection needs one of the listed grounds.", "退单异议须选用清单所列理由。"
    ),
    Reason.TOO_LATE: Wording(
        Fault.CONFLICT, "The limit for this has passed.", "已超过提出期限。"
    ),
    Reason.OBJECTED_ONCE: Wording(
        Fault.CONFLICT, "A department may object once in a case.", "同一案件只能提出一次退单异议。"
    ),
    Reason.LAST_INSTANCE: Wording(
        Fault.CONFLICT, "The desk rules on objections; it passes a task on by replacing the department.",
        "区级指挥中心负责裁定异议，可通过更换部门改派。",
    ),
    Reason.NO_OBJECTION: Wording(
        Fault.CONFLICT, "No objection is pending on this task.", "该任务没有待裁定的异议。"
    ),
    Reason.NOTHING_TO_RETURN: Wording(
        Fault.INVALID, "Name at least one task that was handed in.", "请指明至少一项已反馈的任务。"
    ),
    Reason.RELEASED_LAST: Wording(
        Fault.CONFLICT, "The task has already ended.", "该部门任务已结束。"
    ),
    Reason.INFORM_ONLY: Wording(
        Fault.CONFLICT, "The department is only informed; it owes no work in this case.", "该部门仅为知会，无需处置。"
    ),
    Reason.TASK_SUSPENDED: Wording(
        Fault.CONFLICT, "The task is suspended: nothing is handled until it resumes.",
        "该部门任务已挂账，恢复之前不处置。",
    ),
    Reason.REQUEST_PENDING: Wording(
        Fault.CONFLICT, "A request of this kind is waiting for an answer.", "已有同类申请在等待答复。"
    ),
    Reason.REQUEST_SETTLED: Wording(
        Fault.CONFLICT, "This was answered, reached or fell away before.", "该事项已答复、已完成或已失效。"
    ),
    Reason.ASKER_MAY_NOT_RULE: Wording(
        Fault.FORBIDDEN, "Whoever asked may not rule on it.", "申请人不能审批自己的申请。"
    ),
    Reason.REVIEW_FIRST: Wording(
        Fault.CONFLICT, "The worker's own department reviews it first.", "须先经申请人所在部门初审。"
    ),
    Reason.NO_CLOCK_RUNS: Wording(
        Fault.CONFLICT, "No handling clock runs for this task.", "该部门任务没有正在计时的处置时限。"
    ),
    Reason.EXTENSION_LIMIT: Wording(
        Fault.CONFLICT, "As many extensions as the rules allow were granted.", "延期次数已达上限。"
    ),
    Reason.CITIZEN_NOT_TOLD: Wording(
        Fault.INVALID, "Explain the extension to the citizen first.", "请先向反映人说明延期原因。"
    ),
    Reason.UNKNOWN_REASON: Wording(Fault.INVALID, "This reason is not on the list.", "该理由不在规定范围内。"),
    Reason.END_DATE_PAST: Wording(Fault.INVALID, "The date must lie in the future.", "日期必须晚于现在。"),
    Reason.SUSPENSION_TOO_LONG: Wording(Fault.INVALID, "A suspension may not last so long.", "挂账期限超过上限。"),
    Reason.SUSPENSION_LIMIT: Wording(
        Fault.CONFLICT, "It was suspended as often as the rules allow.", "挂账次数已达上限。"
    ),
    Reason.ALREADY_SUSPENDED: Wording(
        Fault.CONFLICT, "It is suspended, or a suspension is asked for.", "已挂账，或已有挂账申请。"
    ),
    Reason.NOT_SUSPENDED: Wording(Fault.CONFLICT, "This suspension is not running.", "该挂账未在进行。"),
    Reason.WRONG_LEVEL: Wording(
        Fault.FORBIDDEN, "You may not raise the case to this level.", "您不能将案件提级到该层级。"
    ),
    Reason.NOT_ABOVE: Wording(
        Fault.INVALID, "Ask an office of the case's district or of the city.", "只能请示本案所在区或市级的单位。"
    ),
    Reason.NO_MILESTONES: Wording(Fault.CONFLICT, "This kind of whistle has no milestones.", "该哨种不设节点。"),
    Reason.MILESTONE_LIMIT: Wording(
        Fault.CONFLICT, "The task has as many milestones as the rules allow.", "节点数量已达上限。"
    ),
    Reason.REOPEN_WINDOW_OVER: Wording(
        Fault.CONFLICT, "The time for reopening is over; raise a new case.", "重新办理的期限已过，请重新吹哨。"
    ),
    Reason.REOPEN_LIMIT: Wording(
        Fault.CONFLICT, "The case was reopened as often as the rules allow.", "重新办理次数已达上限。"
    ),
    Reason.EVIDENCE_MISSING: Wording(
        Fault.INVALID, "Name what proves the result: a photo, a paper.", "请提供处置结果的佐证材料编号。"
    ),
    Reason.UNKNOWN_STANDARD: Wording(
        Fault.INVALID, "Name the closing standard of the last stage that was met.", "请选择所达到的结案标准。"
    ),
    Reason.UNKNOWN_RESULT: Wording(Fault.INVALID, "A case cannot be closed with this result.", "不能以该结果办结。"),
    Reason.UNKNOWN_CHANNEL: Wording(
        Fault.INVALID, "The rule pack has no such channel.", "规则包中没有该渠道。"
    ),
    Reason.CHANNEL_NOT_YOURS: Wording(
        Fault.FORBIDDEN, "Your role does not raise on this channel.", "您的岗位不通过该渠道提交案件。"
    ),
    Reason.CONTACT_MISSING: Wording(
        Fault.INVALID, "A telephone number is needed: the citizen will be called back.", "请填写反映人电话，以便回访。"
    ),
    Reason.DISPOSAL_NOT_HERE: Wording(
        Fault.INVALID, "A request on this channel cannot end at intake in this way.", "该渠道不能以此方式直接办结。"
    ),
    Reason.TARGET_MISSING: Wording(
        Fault.INVALID, "Say to which emergency line it was transferred, or which case the citizen was told of.",
        "请填写转接的紧急电话，或告知进展的案件编号。",
    ),
    Reason.RAISER_ONLY: Wording(
        Fault.FORBIDDEN, "Only the organisation that raised the case may do this.",
        "只有提交该案件的单位可以执行此操作。",
    ),
    Reason.CALL_BACK_AWAITED: Wording(
        Fault.CONFLICT, "The citizen says whether it is done, in the call-back when the citizen's limit ends.",
        "是否办结以时限届满后的回访为准。",
    ),
    Reason.CALL_BACK_NOT_DUE: Wording(
        Fault.CONFLICT, "The citizen is called when the citizen's limit ends, not before.", "办理时限届满后方可回访。"
    ),
    Reason.NO_GRID_EVENT: Wording(
        Fault.CONFLICT, "The case is no grid event.", "本案不是网格案件。"
    ),
    Reason.ALREADY_FILED: Wording(
        Fault.CONFLICT, "A clerk has already filed the event.", "该案件已由受理员立案。"
    ),
    Reason.PRE_CHECK_FIRST: Wording(
        Fault.CONFLICT, "A grid member looks first whether it is there.", "须先由网格员核实。"
    ),
    Reason.NOT_FOUND_ON_SITE: Wording(
        Fault.CONFLICT, "The check before filing found nothing; the event can only be cancelled.",
        "核实未发现问题，只能不予立案。",
    ),
    Reason.NOT_FILED: Wording(
        Fault.CONFLICT, "The event has not been filed yet.", "该案件尚未立案。"
    ),
    Reason.POST_CHECK_FIRST: Wording(
        Fault.CONFLICT, "A grid member looks first whether it is done.", "须先由网格员核查。"
    ),
    Reason.POST_CHECK_FAILED: Wording(
        Fault.CONFLICT, "The grid member found it not done: send it back.", "网格员核查未通过，应退回返工。"
    ),
    Reason.ALREADY_CHECKED: Wording(
        Fault.CONFLICT, "A grid member has looked already.", "网格员已到场核查过。"
    ),
    Reason.NOT_OWNER: Wording(
        Fault.FORBIDDEN, "Only the clerk who filed the event, or the desk, may close it.",
        "只有立案的受理员或区级指挥中心可以结案。",
    ),
    Reason.NO_MEETING_OWED: Wording(
        Fault.CONFLICT, "No meeting with the assisting units is owed.", "没有待召开的会商。"
    ),
    Reason.PRAISE_ONLY: Wording(
        Fault.CONFLICT, "The case is praise; there is nothing to handle.", "本案为表扬，无需处置。"
    ),
    Reason.NOT_PRAISE: Wording(
        Fault.CONFLICT, "The case is no praise.", "本案不是表扬。"
    ),
    Reason.REPORT_ANSWERED: Wording(
        Fault.CONFLICT, "The reporter has been answered, or the report was taken off.", "该诉求已答复或已解除关联。"
    ),
    Reason.LINKED_ELSEWHERE: Wording(
        Fault.CONFLICT, "The case is linked to another one, where the matter is handled.",
        "本案已关联到另一案件，请在主案件中处理。",
    ),
    Reason.LINK_CHAIN: Wording(
        Fault.CONFLICT, "A linked case cannot carry links itself.", "已关联的案件不能再关联其他案件。"
    ),
    Reason.NOT_LINKED: Wording(
        Fault.CONFLICT, "The case is not linked.", "本案没有关联。"
    ),
    Reason.SAME_CASE: Wording(
        Fault.INVALID, "A case is not linked to itself.", "不能关联到案件自身。"
    ),
    Reason.WRONG_STAGE: Wording(
        Fault.CONFLICT, "This is not possible at the present stage.", "当前阶段不能执行此操作。"
    ),
    Reason.PERIOD_NOT_OVER: Wording(
        Fault.CONFLICT, "The period is not over yet.", "该考核周期尚未结束。"
    ),
    Reason.PROPOSER_MAY_NOT_DECIDE: Wording(
        Fault.FORBIDDEN, "Whoever proposed it may not decide on it.", "提出人不能审核自己的申请。"
    ),
    Reason.NOT_CLOSED_YET: Wording(
        Fault.CONFLICT, "An appeal is possible only after the case was closed.", "案件办结后方可申诉。"
    ),
    Reason.CLOCK_NOT_LATE: Wording(
        Fault.CONFLICT, "This limit was kept; there is nothing to appeal.", "该时限并未超期，无需申诉。"
    ),
    Reason.APPEAL_TOO_LATE: Wording(
        Fault.CONFLICT, "The time for an appeal is over.", "已超过申诉期限。"
    ),
    Reason.DRAFT_LEAVES_GAPS: Wording(
        Fault.CONFLICT, "The draft does not reach as far as a running clock; running cases could not go over to it.",
        "草案未覆盖在办时限所需的年份，在办案件无法启用。",
    ),
    Reason.VERSION_NOT_NEWER: Wording(
        Fault.CONFLICT, "This version or a newer one is in force already; give the draft a higher version.",
        "该版本或更新的版本已经生效，请提高草案版本号。",
    ),
    Reason.DRAFT_HAS_FAULTS: Wording(
        Fault.INVALID, "The draft has faults; `facts.faults` lists them.", "草案存在问题，详见所列条目。"
    ),
    Reason.PROPOSER_MAY_NOT_APPROVE: Wording(
        Fault.FORBIDDEN, "Whoever proposed a publication may not approve it.", "提出人不能审批自己提出的发布。"
    ),
    Reason.UNKNOWN_ENTRY: Wording(
        Fault.MISSING, "The case has no order, meeting or other entry of this number.", "本案没有该编号的事项。"
    ),
    Reason.CHAPTER_NOT_IN_FORCE: Wording(
        Fault.CONFLICT, "The rule pack that judges this case does not have this part.",
        "本案适用的规则版本没有这一部分。",
    ),
    Reason.NOT_A_PARTY: Wording(
        Fault.INVALID, "This organisation takes no part in the case.", "该单位不是本案的参与单位。"
    ),
    Reason.SUPERIOR_HANDLES: Wording(
        Fault.FORBIDDEN, "An organisation above yours handles this case; nobody supervises their own superior.",
        "本案由您的上级单位承办，不能督办上级。",
    ),
    Reason.GRADE_ABOVE_POWER: Wording(
        Fault.FORBIDDEN, "Your office may not give this organisation an order of this grade.",
        "贵单位无权对该单位下达此等级的督办。",
    ),
    Reason.GRADE_MAY_ONLY_RISE: Wording(
        Fault.CONFLICT, "An order stands against this organisation; until it is lifted its grade can only rise.",
        "该单位已有督办未解除，解除之前等级只能升不能降。",
    ),
    Reason.ANSWERED_ONCE: Wording(
        Fault.CONFLICT, "The order has been answered or has fallen away; each is answered once.",
        "该督办已答复或已失效，每件督办只答复一次。",
    ),
    Reason.ORDER_IS_OVER: Wording(
        Fault.CONFLICT, "The order no longer stands: it was lifted, followed by a graver one, or fell away.",
        "该督办已解除、已被更高等级替代或已失效。",
    ),
    Reason.ANOTHER_LEVEL: Wording(
        Fault.FORBIDDEN, "This is for the level that issued the order, or for the one above it.",
        "只能由下达督办的一级或其上级办理。",
    ),
    Reason.APPEALED_ONCE: Wording(
        Fault.CONFLICT, "An appeal against this order was made before; there is only one.",
        "该督办已申诉过，只能申诉一次。",
    ),
    Reason.NO_APPEAL_PENDING: Wording(
        Fault.CONFLICT, "No appeal against this order is pending.", "该督办没有待裁定的申诉。"
    ),
    Reason.OWN_ORDER: Wording(
        Fault.FORBIDDEN, "Whoever issued the order may not rule on the appeal against it.",
        "下达督办的人不能裁定对该督办的申诉。",
    ),
    Reason.MAY_NOT_RATE: Wording(
        Fault.FORBIDDEN, "These two may not rate one another; the table of the rule pack says who may.",
        "按评价权限规定，不能作此评价。",
    ),
    Reason.RATING_IS_OVER: Wording(
        Fault.CONFLICT, "Ratings are possible from the closing until the end of the window.",
        "只能在办结之后、互评期限之内评价。",
    ),
    Reason.RATED_ONCE: Wording(Fault.CONFLICT, "This side has rated already.", "已经评价过，每方只评一次。"),
    Reason.SCORE_OUT_OF_RANGE: Wording(
        Fault.INVALID, "A score lies outside its range.", "分值超出允许范围。"
    ),
    Reason.MEETING_LEVEL: Wording(
        Fault.FORBIDDEN, "This form of meeting is convened by another level.", "该形式的会议由其他层级召集。"
    ),
    Reason.MEETING_PAST: Wording(
        Fault.INVALID, "The time of a meeting, or of what it decided, must lie in the future.",
        "会议时间和所定任务的完成时间必须晚于现在。",
    ),
    Reason.MEETING_IS_OVER: Wording(
        Fault.CONFLICT, "The meeting was held or cancelled already.", "该会议已召开或已取消。"
    ),
    Reason.MEETING_NOT_HELD: Wording(
        Fault.CONFLICT, "The meeting has not been held.", "该会议尚未召开。"
    ),
    Reason.KEPT_CONFIDENTIAL: Wording(
        Fault.CONFLICT, "What concerns a sensitive case is not made public.", "敏感案件的会议结果不予公开。"
    ),
    Reason.NOT_AT_MEETING: Wording(
        Fault.INVALID, "Somebody who is named was not invited to this meeting.", "所列参会方中有未受邀请者。"
    ),
    Reason.QUORUM_MISSING: Wording(
        Fault.CONFLICT, "Too few of those invited were there; the meeting can decide nothing.",
        "到会人数不足，会议不能作出决定。",
    ),
    Reason.PUBLISHED_ONCE: Wording(
        Fault.CONFLICT, "The result of this meeting is public already.", "该会议结果已公开。"
    ),
    Reason.PERIOD_NOT_AHEAD: Wording(
        Fault.INVALID, "The period has to lie ahead, and to end after it begins.",
        "督查周期须在将来，且结束须晚于开始。",
    ),
    Reason.ROUND_INCOMPLETE: Wording(
        Fault.INVALID, "The round lacks something, or reaches outside its district; see the facts.",
        "督查计划不完整或超出本辖区，请按所列内容补正。",
    ),
    Reason.UNKNOWN_CHECK: Wording(Fault.MISSING, "The round has not drawn this case.", "本次督查未抽中该案件。"),
    Reason.UNKNOWN_MEMBER: Wording(
        Fault.INVALID, "No such person can be a member of a supervision group.", "没有可以担任督导组成员的该人员。"
    ),
    Reason.MEMBER_OF_NO_BODY: Wording(
        Fault.INVALID, "Members belong to the office of the round or to a body that signs.",
        "督导组成员须属于督查单位或会签单位。",
    ),
    Reason.NOT_IN_GROUP: Wording(
        Fault.FORBIDDEN, "This is for the group's members, or for the bodies that sign.",
        "只能由督导组成员或会签单位办理。",
    ),
    Reason.CHECK_IS_PAST_THAT: Wording(
        Fault.CONFLICT, "The check does not wait for this, now or any more.", "该核验当前不需要此项，或已办理。"
    ),
    Reason.REPLY_AWAITED: Wording(
        Fault.CONFLICT, "The department still has time to answer in writing.", "书面答复期限未到，请等待答复。"
    ),
    Reason.VISIT_INCOMPLETE: Wording(
        Fault.INVALID, "A check on site needs place, time and photo; the time lies between draw and now.",
        "实地督查须填写地点、时间和照片，时间须在抽取之后、当前之前。",
    ),
    Reason.OUT_OF_RANGE: Wording(
        Fault.INVALID,
        "A number lies outside its range.",
        "数值超出允许范围。",
    ),
    Reason.OFFER_IS_OVER: Wording(
        Fault.CONFLICT,
        "The offer has been taken back.",
        "该志愿任务已结束。",
    ),
    Reason.OFFER_FULL: Wording(
        Fault.CONFLICT,
        "Enough people take part already.",
        "名额已满。",
    ),
    Reason.TAKEN_ALREADY: Wording(
        Fault.CONFLICT,
        "This person takes part already.",
        "已经认领过该任务。",
    ),
    Reason.NOT_TAKEN: Wording(
        Fault.CONFLICT,
        "This person does not take part.",
        "没有认领该任务。",
    ),
    Reason.BY_ORDER_ONLY: Wording(
        Fault.FORBIDDEN,
        "In an emergency only the emergency command calls helpers.",
        "应急任务只服从应急指挥部门的统一调派。",
    ),
    Reason.NOT_BY_ORDER: Wording(
        Fault.CONFLICT,
        "This offer is taken freely; nobody is ordered to it.",
        "该任务由志愿者自愿认领，无需调派。",
    ),
    Reason.OWN_HOURS: Wording(
        Fault.FORBIDDEN,
        "Nobody certifies their own time.",
        "不能登记自己的服务时长。",
    ),
    Reason.UNKNOWN_CAMPAIGN: Wording(
        Fault.INVALID, "There is no such campaign, or none that you may see.", "没有该专项行动，或您无权查看。"
    ),
    Reason.CAMPAIGN_OVER: Wording(
        Fault.CONFLICT, "The campaign is over; no case is raised in it any more.", "该专项行动已结束，不再受理新案件。"
    ),
    Reason.CAMPAIGN_NOT_BEGUN: Wording(
        Fault.CONFLICT, "The campaign has not begun yet.", "该专项行动尚未开始。"
    ),
    Reason.OUTSIDE_CAMPAIGN: Wording(
        Fault.INVALID, "The campaign does not cover this area or class.", "该专项行动不涵盖此区域或类别。"
    ),
    Reason.OUTSIDE_OWN_AREA: Wording(
        Fault.FORBIDDEN, "An office acts for its own area only.", "只能在本单位辖区范围内办理。"
    ),
    Reason.BAD_BATCH: Wording(
        Fault.INVALID, "The list has no rows, lacks a column, or has one that nobody knows; see the facts.",
        "名单没有内容、缺少必需的列，或含有无法识别的列，请按所列内容补正。",
    ),
    Reason.BATCH_TOO_LONG: Wording(
        Fault.INVALID, "The list has too many rows for one batch; part it.", "名单行数超出单批上限，请分批提交。"
    ),
    Reason.BATCH_RUNS: Wording(
        Fault.CONFLICT, "A batch of this campaign is still being raised.", "该专项行动的上一批案件尚未生成完毕。"
    ),
    Reason.ROW_UNREADABLE: Wording(
        Fault.INVALID, "A cell of the row is missing or cannot be read; see the facts.",
        "该行有单元格缺失或无法识别，请按所列内容补正。",
    ),
    Reason.ROW_TWICE: Wording(
        Fault.CONFLICT, "An earlier row of the list says the same.", "名单中已有内容相同的行。"
    ),
    Reason.NO_REPEAT: Wording(
        Fault.CONFLICT, "This is no repeat problem: too few cases, or they are not of one place and class.",
        "不构成重复问题：案件数量不足，或地点、类别不一致。",
    ),
    Reason.MATTER_STANDS: Wording(
        Fault.CONFLICT, "An open case about this matter stands already.", "该事项已有办理中的专项案件。"
    ),
    Reason.NO_GAP: Wording(
        Fault.CONFLICT, "The latest survey shows no such gap in this place.", "最近一次摸排未显示该处存在此项缺口。"
    ),
}


class Refusal(DomainError):
    """A rule refuses the command. `facts` name what a person needs to go on (for example the winner's id)."""

    code: ClassVar[str] = "refused"

    def __init__(self, reason: Reason, **facts: object) -> None:
        """Take the text from the one table of wordings."""
        super().__init__(WORDINGS[reason].en, **facts)
        self.reason = reason

    @property
    def fault(self) -> Fault:
        """The sort of refusal, for the border's status."""
        return WORDINGS[self.reason].fault
