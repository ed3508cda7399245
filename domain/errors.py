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
    NOTHING_TO_RETURN = "nothing_to_return"
    RELEASED_LAST = "released_last"
    INFORM_ONLY = "inform_only"
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
        Fault.INVALID, "A sub-district does not call itself.", "街道不能向自己吹哨。"
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
