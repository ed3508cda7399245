"""What codes are called on screens, in Chinese and English: one table per sort of code, complete for the core."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from domain.actors import Role
from domain.case import Action, ClockCode, Outcome, Phase, Status, TaskRole, TaskState
from domain.light import Light
from domain.supervision import Grade, OrderState, PointsState, Verdict

Language = Literal["zh", "en"]


class Word(NamedTuple):
    """One concept in both languages."""

    zh: str
    en: str


STATUS: Final = {
    Status.PENDING_APPROVAL: Word("待审批", "Awaiting approval"),
    Status.MUSTERING: Word("集结中", "Mustering"),
    Status.IN_ACTION: Word("处置中", "In action"),
    Status.CHECKING: Word("待核查", "Checking"),
    Status.SUSPENDED: Word("已挂账", "Suspended"),
    Status.CLOSED: Word("已办结", "Closed"),
    Status.WITHDRAWN: Word("已撤回", "Withdrawn"),
}
PHASE: Final = {
    Phase.APPROVE: Word("审批", "Approve"),
    Phase.MUSTER: Word("集结", "Muster"),
    Phase.ACT: Word("处置", "Act"),
    Phase.CHECK: Word("核查", "Check"),
    Phase.SUSPENDED: Word("挂账", "Suspended"),
    Phase.WIND_UP: Word("收尾", "Wind up"),
}
KIND: Final = {
    "public_request": Word("群众诉求", "Public request"),
    "key_work": Word("重点工作", "Key work"),
    "joint_enforcement": Word("综合执法", "Joint enforcement"),
    "emergency": Word("应急处置", "Emergency"),
}
CHANNEL: Final = {
    "street": Word("街道吹哨", "Sub-district"),
    "hotline": Word("市民热线", "Hotline"),
    "grid": Word("网格上报", "Grid patrol"),
    "letter": Word("群众来信", "Letter"),
    "import": Word("历史导入", "Imported"),
}
TASK_ROLE: Final = {
    TaskRole.LEAD: Word("主办", "Lead"),
    TaskRole.ASSIST: Word("协办", "Assist"),
    TaskRole.INFORM: Word("知会", "Inform"),
}
TASK_STATE: Final = {
    TaskState.READY: Word("待签收", "Ready"),
    TaskState.CLAIMED: Word("已签收", "Claimed"),
    TaskState.ON_SCENE: Word("已报到", "On scene"),
    TaskState.SUBMITTED: Word("已反馈", "Submitted"),
    TaskState.OBJECTED: Word("退单异议中", "Objected"),
    TaskState.ACCEPTED: Word("已通过", "Accepted"),
    TaskState.RELEASED: Word("已放行", "Released"),
    TaskState.WITHDRAWN: Word("已撤回", "Withdrawn"),
}
CLOCK: Final = {
    ClockCode.APPROVAL: Word("审批", "Approval"),
    ClockCode.CLAIM: Word("签收", "Claim"),
    ClockCode.REPORT_IN: Word("报到", "Report in"),
    ClockCode.HANDLE: Word("处置", "Handle"),
    ClockCode.CHECK: Word("核查", "Check"),
    ClockCode.LEASE: Word("签收保留", "Claim lease"),
    ClockCode.RULING: Word("裁定", "Ruling"),
    ClockCode.EXTENSION: Word("延期审批", "Extension answer"),
    ClockCode.SUSPENSION: Word("挂账", "Suspension"),
    ClockCode.MILESTONE: Word("节点", "Milestone"),
    ClockCode.HELP: Word("请示答复", "Answer to a call for help"),
    ClockCode.MEETING: Word("会商", "Meeting"),
    ClockCode.ORDER: Word("督办答复", "Reply to an order"),
    ClockCode.APPEAL: Word("申诉审理", "Appeal"),
    ClockCode.CALL_BACK: Word("回访", "Call-back"),
}
OUTCOME: Final = {
    Outcome.OPEN: Word("计时中", "Running"),
    Outcome.PAUSED: Word("已暂停", "Paused"),
    Outcome.MET: Word("已完成", "Met"),
    Outcome.CANCELLED: Word("已取消", "Cancelled"),
}
ACTION: Final = {
    Action.REMIND: Word("提醒", "Remind"),
    Action.NO_SHOW: Word("记未报到", "Mark no-show"),
    Action.ESCALATE: Word("升级", "Escalate"),
    Action.SUPERVISE: Word("督办", "Supervise"),
    Action.RETURN_TASK: Word("退回签收", "Return the task"),
    Action.RAISE_GRADE: Word("督办升级", "Make the order graver"),
}
LIGHT: Final = {
    Light.RED: Word("超时", "Overdue"),
    Light.YELLOW: Word("临期", "Near due"),
    Light.GREEN: Word("正常", "In time"),
    Light.PAUSED: Word("挂账", "Suspended"),
    Light.NONE: Word("无时限", "No clock"),
}
ROLE: Final = {
    Role.STREET_STAFF: Word("街道工作人员", "Sub-district staff"),
    Role.STREET_DUTY_OFFICER: Word("街道值班员", "Sub-district duty officer"),
    Role.STREET_LEADER: Word("街道领导", "Sub-district leader"),
    Role.GRID_MEMBER: Word("网格员", "Grid member"),
    Role.AUXILIARY: Word("协管员", "Auxiliary"),
    Role.COMMUNITY_WORKER: Word("社区工作者", "Community worker"),
    Role.DEPT_DISPATCHER: Word("部门派单员", "Department dispatcher"),
    Role.DEPT_WORKER: Word("部门工作人员", "Department worker"),
    Role.DEPT_LEADER: Word("部门领导", "Department leader"),
    Role.UTILITY_WORKER: Word("公共服务企业人员", "Utility worker"),
    Role.DISTRICT_DESK: Word("区级指挥中心", "District desk"),
    Role.DISTRICT_SUPERVISOR: Word("区级督查", "District supervisor"),
    Role.HOTLINE_AGENT: Word("热线话务员", "Hotline agent"),
    Role.HOTLINE_CALLBACK: Word("热线回访员", "Hotline call-back"),
    Role.CITY_SUPERVISOR: Word("市级督查", "City supervisor"),
    Role.AUDITOR: Word("审计员", "Auditor"),
    Role.OPERATOR: Word("运维人员", "Operator"),
    Role.SYSTEM: Word("系统", "System"),
}
RESULT: Final = {
    "solved": Word("已解决", "Solved"),
    "refused": Word("审批驳回", "Refused"),
    "withdrawn": Word("撤回", "Withdrawn"),
    "imported": Word("历史办结", "Closed before import"),
}
SUPERVISION: Final = {
    "0": Word("未督办", "None"),
    "1": Word("一般督办", "Normal"),
    "2": Word("黄牌督办", "Yellow"),
    "3": Word("红牌督办", "Red"),
}
GRADE: Final = {
    Grade.NORMAL: Word("一般督办", "Normal"),
    Grade.YELLOW: Word("黄牌督办", "Yellow"),
    Grade.RED: Word("红牌督办", "Red"),
}
VERDICT: Final = {
    Verdict.GRANTED: Word("申诉成立", "Granted"),
    Verdict.DISMISSED: Word("申诉驳回", "Dismissed"),
}
POINTS_STATE: Final = {
    PointsState.COUNTED: Word("计分", "Counted"),
    PointsState.SUSPENDED: Word("暂缓计分", "Suspended"),
    PointsState.VOID: Word("不计分", "Void"),
}
ORDER_STATE: Final = {
    OrderState.WAITING: Word("待答复", "To be answered"),
    OrderState.ANSWERED: Word("已答复", "Answered"),
    OrderState.LIFTED: Word("已解除", "Lifted"),
    OrderState.REPLACED: Word("已升级替代", "Followed by a graver one"),
    OrderState.FALLEN: Word("随案终结", "Ended with the case"),
}
COMMAND: Final = {
    "raise": Word("吹哨", "Raise"),
    "approve": Word("审批通过", "Approve"),
    "refuse": Word("审批驳回", "Refuse"),
    "claim": Word("签收", "Claim"),
    "unclaim": Word("退回签收", "Give back"),
    "assign": Word("指派", "Assign"),
    "report_in": Word("报到", "Report in"),
    "stage_report": Word("阶段性情况", "Stage report"),
    "submit": Word("反馈", "Submit"),
    "check_pass": Word("核查通过", "Check: pass"),
    "check_fail": Word("核查不通过", "Check: send back"),
    "add_department": Word("增派部门", "Add department"),
    "urge": Word("催办", "Urge"),
    "release": Word("放行", "Release"),
    "withdraw": Word("撤回", "Withdraw"),
    "issue_order": Word("下达督办", "Issue an order"),
    "answer_order": Word("督办答复", "Answer the order"),
    "lift_order": Word("解除督办", "Lift the order"),
    "appeal_order": Word("督办申诉", "Appeal"),
    "rule_appeal": Word("申诉裁定", "Rule on the appeal"),
    "instruct": Word("批示", "Instruct"),
}
EVENT: Final = {
    "case_raised": Word("吹哨", "Raised"),
    "case_approved": Word("审批通过", "Approved"),
    "case_refused": Word("审批驳回", "Refused"),
    "case_issued": Word("派发", "Issued"),
    "task_added": Word("召集部门", "Department called in"),
    "clock_started": Word("时限开始", "Clock started"),
    "clock_ended": Word("时限结束", "Clock ended"),
    "rung_fired": Word("时限触发", "Rung fired"),
    "no_show_marked": Word("记未报到", "No-show"),
    "task_claimed": Word("签收", "Claimed"),
    "task_unclaimed": Word("退回签收", "Given back"),
    "reported_in": Word("报到", "Reported in"),
    "stage_reported": Word("阶段性情况", "Stage report"),
    "stage_done": Word("阶段完成", "Stage done"),
    "result_submitted": Word("反馈结果", "Result submitted"),
    "mustered": Word("集结完成", "Mustered"),
    "check_opened": Word("开始核查", "Check opened"),
    "check_passed": Word("核查通过", "Check passed"),
    "check_failed": Word("核查不通过（返工）", "Sent back"),
    "case_closed": Word("办结", "Closed"),
    "case_withdrawn": Word("撤回", "Withdrawn"),
    "task_released": Word("放行", "Released"),
    "urged": Word("催办", "Urged"),
    "departments_called": Word("通知送达部门", "Departments called"),
    "wound_up": Word("升级解除", "All clear given"),
    "clock_paused": Word("时限暂停", "Clock paused"),
    "case_adopted": Word("启用新版规则或日历", "Newer rules or calendar adopted"),
    "order_issued": Word("下达督办", "Order issued"),
    "order_raised": Word("督办升级", "Order made graver"),
    "order_answered": Word("督办答复", "Order answered"),
    "order_lifted": Word("解除督办", "Order lifted"),
    "order_appealed": Word("督办申诉", "Appeal made"),
    "appeal_ruled": Word("申诉裁定", "Appeal ruled"),
    "instructed": Word("领导批示", "Leader's instruction"),
}
NOTICE: Final = {
    "approval_wanted": Word("请审批", "Please approve"),
    "approved": Word("审批已通过", "Approved"),
    "refused": Word("审批被驳回", "Refused"),
    "called": Word("请报到", "Please report in"),
    "claimed": Word("任务已签收", "Task claimed"),
    "task_returned": Word("任务已退回", "Task given back"),
    "reported_in": Word("部门已报到", "Department on the scene"),
    "stage_reported": Word("有新的阶段性情况", "New stage report"),
    "check_wanted": Word("请核查", "Please check"),
    "sent_back": Word("核查不通过，请返工", "Sent back for rework"),
    "released": Word("已放行", "Released"),
    "urged": Word("催办", "Urged"),
    "closed": Word("案件已办结", "Case closed"),
    "all_clear": Word("督办事项已办结，升级解除", "All clear: the escalated case has ended"),
    "withdrawn": Word("案件已撤回", "Case withdrawn"),
    "order_issued": Word("有新的督办，请按时答复", "New order: answer in time"),
    "order_raised": Word("督办已升级，请按时答复", "The order became graver: answer in time"),
    "order_answered": Word("督办已答复", "Order answered"),
    "order_lifted": Word("督办已解除", "Order lifted"),
    "appeal_wanted": Word("请裁定督办申诉", "Please rule on an appeal"),
    "appeal_ruled": Word("督办申诉已裁定", "Appeal ruled"),
    "instructed": Word("领导批示", "Leader's instruction"),
    "rung:remind": Word("时限提醒", "Reminder"),
    "rung:raise_grade": Word("督办未按时答复", "Order not answered in time"),
    "rung:no_show": Word("未按时报到", "No-show"),
    "rung:escalate": Word("超时升级", "Escalation"),
    "rung:supervise": Word("启动督办", "Supervision"),
    "rung:return_task": Word("签收到期退回", "Task returned"),
}
OVERDUE_SET: Final = {
    "overdue_open": Word("超时未办", "Overdue, open"),
    "overdue_done": Word("超时已办", "Overdue, done"),
    "near_due": Word("临期", "Near due"),
    "in_time_done": Word("按时已办", "In time, done"),
    "exempt": Word("申诉剔除", "Exempt after appeal"),
    "suspended": Word("挂账", "Suspended"),
}
BUCKET: Final = {
    "h1": Word("1小时以内", "up to 1 hour"),
    "h4": Word("4小时以内", "up to 4 hours"),
    "d1": Word("1天以内", "up to 1 day"),
    "d3": Word("3天以内", "up to 3 days"),
    "d7": Word("7天以内", "up to 7 days"),
    "more": Word("7天以上", "more than 7 days"),
}
HOW_ROUTED: Final = {
    "matched": Word("按清单匹配", "Matched"),
    "defaulted": Word("按兜底规则", "By default rule"),
    "named": Word("人工指定", "Named by hand"),
}

GROUPS: Final[dict[str, dict[str, Word]]] = {
    "status": {str(k): v for k, v in STATUS.items()},
    "phase": {str(k): v for k, v in PHASE.items()},
    "kind": KIND,
    "channel": CHANNEL,
    "task_role": {str(k): v for k, v in TASK_ROLE.items()},
    "task_state": {str(k): v for k, v in TASK_STATE.items()},
    "clock": {str(k): v for k, v in CLOCK.items()},
    "outcome": {str(k): v for k, v in OUTCOME.items()},
    "action": {str(k): v for k, v in ACTION.items()},
    "light": {str(k): v for k, v in LIGHT.items()},
    "role": {str(k): v for k, v in ROLE.items()},
    "result": RESULT,
    "supervision": SUPERVISION,
    "grade": {str(k): v for k, v in GRADE.items()},
    "verdict": {str(k): v for k, v in VERDICT.items()},
    "points_state": {str(k): v for k, v in POINTS_STATE.items()},
    "order_state": {str(k): v for k, v in ORDER_STATE.items()},
    "command": COMMAND,
    "event": EVENT,
    "notice": NOTICE,
    "set": OVERDUE_SET,
    "bucket": BUCKET,
    "how": HOW_ROUTED,
}
"""All tables by the name that templates use: `word("status", "closed")`."""


def word(group: str, code: str | int | None, language: Language = "zh") -> str:
    """Return what a code is called; an unknown code is returned as it is, so that a new one never breaks a page.

    Args:
        group: Name of a table in `GROUPS`.
        code: A code; None gives an empty text.
        language: Chinese first.

    Raises:
        KeyError: no such table.
    """
    if code is None:
        return ""
    found = GROUPS[group].get(str(code))
    return getattr(found, language) if found is not None else str(code)
