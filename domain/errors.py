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
    TOO_LATE = "too_late"
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
    WRONG_STAGE = "wrong_stage"
    PROPOSER_MAY_NOT_APPROVE = "proposer_may_not_approve"
    UNKNOWN_ENTRY = "unknown_entry"
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
    DRAFT_LEAVES_GAPS = "draft_leaves_gaps"
    VERSION_NOT_NEWER = "version_not_newer"
    DRAFT_HAS_FAULTS = "draft_has_faults"


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
        Fault.CONFLICT, "The limit for this has passed.", "已超过提出期限，不能再提出。"
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
    Reason.WRONG_STAGE: Wording(
        Fault.CONFLICT, "This is not possible at the present stage.", "当前阶段不能执行此操作。"
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
