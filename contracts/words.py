"""What codes are called on screens, in Chinese and English: one table per sort of code, complete for the core."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from domain.actors import Role
from domain.case import Action, ClockCode, Direction, Outcome, Phase, Status, TaskRole, TaskState, Tie
from domain.channels import Checker, Disposal, Filing, Nature, Satisfied, Solved
from domain.light import Light
from domain.meetings import Level, MeetingForm, MeetingState
from domain.rating import Rater, Side
from domain.relief import Above, Request
from domain.subjects import Subject
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
    "assigned_work": Word("部门交办", "Work given to a sub-district"),
    "planning_comment": Word("规划征求意见", "Comment on a plan"),
    "major_proposal": Word("重大事项建议", "Proposal on a major matter"),
}
CHANNEL: Final = {
    "street": Word("街道吹哨", "Sub-district"),
    "hotline": Word("市民热线", "Hotline"),
    "grid": Word("网格上报", "Grid patrol"),
    "station": Word("服务站受理", "Service station"),
    "proactive": Word("未诉先办", "Proactive"),
    "letter": Word("群众来信", "Letter"),
    "import": Word("历史导入", "Imported"),
}
NATURE: Final = {
    Nature.INQUIRY: Word("咨询", "Inquiry"),
    Nature.HELP: Word("求助", "Call for help"),
    Nature.COMPLAINT: Word("投诉", "Complaint"),
    Nature.ACCUSATION: Word("举报", "Report of wrongdoing"),
    Nature.SUGGESTION: Word("建议", "Suggestion"),
    Nature.COMMENDATION: Word("表扬", "Praise"),
}
DISPOSAL: Final = {
    Disposal.ANSWERED: Word("直接答复", "Answered at once"),
    Disposal.TRANSFERRED: Word("转接紧急电话", "Transferred to an emergency line"),
    Disposal.TOLD_CHANNEL: Word("告知法定渠道", "Told the legal channel"),
    Disposal.TOLD_PROGRESS: Word("告知办理进展", "Told how it stands"),
    Disposal.EXPLAINED: Word("解释说明", "Explained"),
    Disposal.GUIDED: Word("引导市场、社会渠道", "Pointed elsewhere"),
    Disposal.DISSUADED: Word("劝导说明", "Dissuaded"),
}
CHECKER: Final = {
    Checker.RAISER: Word("吹哨方核查", "Checked by the raiser"),
    Checker.CITIZEN: Word("回访诉求人", "Checked by the call-back"),
    Checker.GRID: Word("网格员核查、受理员结案", "Checked by a grid member"),
}
FILING: Final = {
    Filing.PRE_CHECK: Word("待核实", "Awaits the first check"),
    Filing.FILING: Word("待立案", "Awaits filing"),
    Filing.DISPATCH: Word("待派遣", "Awaits dispatch"),
    Filing.DISPATCHED: Word("已派遣", "Dispatched"),
}
SOLVED: Final = {
    Solved.YES: Word("已解决", "Solved"),
    Solved.PARTLY: Word("部分解决", "Partly solved"),
    Solved.NO: Word("未解决", "Not solved"),
}
SATISFIED: Final = {
    Satisfied.SATISFIED: Word("满意", "Satisfied"),
    Satisfied.BASICALLY: Word("基本满意", "Basically satisfied"),
    Satisfied.DISSATISFIED: Word("不满意", "Dissatisfied"),
    Satisfied.NONE: Word("未评价", "No opinion"),
}
TASK_ROLE: Final = {
    TaskRole.LEAD: Word("主办", "Lead"),
    TaskRole.ASSIST: Word("协办", "Assist"),
    TaskRole.INFORM: Word("知会", "Inform"),
}
TIE: Final = {
    Tie.ORDER: Word("派单", "Order"),
    Tie.INVITATION: Word("邀请", "Invitation"),
    Tie.NOTICE: Word("知会", "Notice"),
}
DIRECTION: Final = {
    Direction.STREET_TO_DEPT: Word("街乡吹哨、部门报到", "Sub-district calls departments"),
    Direction.DEPT_TO_DEPT: Word("一门主责、其他配合", "Department calls departments"),
    Direction.DEPT_TO_STREET: Word("部门要求、街乡落实", "Department calls a sub-district"),
}
SUBJECT: Final = {
    Subject.PARTY: Word("党组织", "Party"),
    Subject.GOVERNMENT: Word("政府部门", "Government"),
    Subject.SOCIAL: Word("社会组织", "Social organisations"),
    Subject.MARKET: Word("市场主体", "Market"),
    Subject.STREET: Word("街道", "Sub-district"),
    Subject.COMMUNITY: Word("社区", "Community"),
}
GROUND: Final = {
    "not_our_duty": Word("非本部门职责", "Not our duty"),
    "not_our_place": Word("非本辖区、非本管理范围", "Not our place"),
    "not_our_property": Word("非本单位产权或养护", "Not our property"),
    "duty_moved": Word("职责已划转或下放", "The duty has moved"),
}
UPHELD: Final = {
    "true": Word("成立，改派", "Upheld: called instead"),
    "false": Word("不成立，继续办理", "Overruled: go on"),
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
    ClockCode.SUSPENSION_ANSWER: Word("挂账审批", "Answer on a suspension"),
    ClockCode.CALL_BACK: Word("诉求人时限（到期回访）", "Citizen's limit (call-back)"),
    ClockCode.CALL: Word("回访", "Call the citizen"),
    ClockCode.PRE_CHECK: Word("核实", "First check"),
    ClockCode.FILING: Word("立案", "Filing"),
    ClockCode.DISPATCH: Word("派遣", "Dispatch"),
    ClockCode.POST_CHECK: Word("网格核查", "Check on site"),
    ClockCode.CLOSING: Word("结案", "Closing"),
    ClockCode.CONFER: Word("双派单会商", "Meeting of the units"),
    ClockCode.ACKNOWLEDGE: Word("签领表扬", "Take note of praise"),
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
    Action.RESUME: Word("挂账到期恢复", "Resume"),
    Action.CALL_BACK: Word("回访诉求人", "Call the citizen back"),
    Action.CLOSE: Word("到期办结", "Close"),
    Action.UPHOLD: Word("未裁定视为同意退单", "Silence accepts the objection"),
    Action.RAISE_GRADE: Word("督办升级", "Make the order graver"),
    Action.CRITICISE: Word("通报批评", "Criticise in public"),
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
    Role.VOLUNTEER: Word("志愿者", "Volunteer"),
    Role.COMMUNITY_WORKER: Word("社区工作者", "Community worker"),
    Role.DEPT_DISPATCHER: Word("部门派单员", "Department dispatcher"),
    Role.DEPT_WORKER: Word("部门工作人员", "Department worker"),
    Role.DEPT_LEADER: Word("部门领导", "Department leader"),
    Role.UTILITY_WORKER: Word("公共服务企业人员", "Utility worker"),
    Role.ACCEPTANCE_CLERK: Word("受理员", "Acceptance clerk"),
    Role.DISTRICT_DESK: Word("区级指挥中心", "District desk"),
    Role.DISTRICT_SUPERVISOR: Word("区级督查", "District supervisor"),
    Role.HOTLINE_AGENT: Word("热线话务员", "Hotline agent"),
    Role.HOTLINE_CALLBACK: Word("热线回访员", "Hotline call-back"),
    Role.CITY_SUPERVISOR: Word("市级督查", "City supervisor"),
    Role.AUDITOR: Word("审计员", "Auditor"),
    Role.OPERATOR: Word("运维人员", "Operator"),
    Role.SYSTEM: Word("系统", "System"),
}
RESULTS_OF_A_CHECK: Final = {
    "solved": Word("已解决", "Solved"),
    "partly": Word("部分解决", "Partly solved"),
    "explained": Word("已解释说明", "Explained"),
}
RESULT: Final = {
    **RESULTS_OF_A_CHECK,
    "unsolved": Word("未解决", "Not solved"),
    "unreached": Word("回访无效", "Nobody reached"),
    "commended": Word("表扬已转达", "Praise delivered"),
    "not_filed": Word("不予立案", "Not filed"),
    **{str(disposal): word for disposal, word in DISPOSAL.items()},
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
RATER: Final = {
    Rater.RESIDENTS: Word("居民", "Residents"),
    Rater.COMMUNITY: Word("社区", "Community"),
    Rater.UNITS: Word("驻区单位", "Local units"),
    Rater.DEPUTIES: Word("人大代表、政协委员", "Deputies"),
    Rater.CITIZEN: Word("诉求人", "Citizen"),
    Rater.STREET: Word("街道", "Sub-district"),
    Rater.DEPARTMENT: Word("部门", "Department"),
    Rater.DISTRICT: Word("区", "District"),
}
SIDE: Final = {
    Side.OF_DEPARTMENT: Word("吹哨方评部门", "Of the department"),
    Side.OF_RAISER: Word("部门评吹哨方", "Of the sub-district"),
    Side.VOICE: Word("群众评议", "Survey"),
}
ORDER_STATE: Final = {
    OrderState.WAITING: Word("待答复", "To be answered"),
    OrderState.ANSWERED: Word("已答复", "Answered"),
    OrderState.LIFTED: Word("已解除", "Lifted"),
    OrderState.REPLACED: Word("已升级替代", "Followed by a graver one"),
    OrderState.FALLEN: Word("随案终结", "Ended with the case"),
}
MEETING_FORM: Final = {
    MeetingForm.COMMITTEE_STREET: Word("街道党建工作协调委员会", "Coordination committee of the sub-district"),
    MeetingForm.COMMITTEE_DISTRICT: Word("区党建工作协调委员会", "Coordination committee of the district"),
    MeetingForm.COMMITTEE_CITY: Word("市党建工作协调委员会", "Coordination committee of the city"),
    MeetingForm.FOUR_PARTIES: Word("四方共议", "Four-party talks"),
    MeetingForm.COMMUNITY_HALL: Word("社区议事厅", "Community hall"),
    MeetingForm.RESIDENTS_COMMITTEE: Word("居民会议常务会", "Standing meeting of residents"),
    MeetingForm.STREET_CONSULTATION: Word("街道协商", "Consultation of the sub-district"),
    MeetingForm.COMMUNITY_CONSULTATION: Word("社区协商", "Consultation of the community"),
    MeetingForm.SOCIAL_CONSULTATION: Word("社会组织协商", "Consultation with social organisations"),
}
MEETING_LEVEL: Final = {
    Level.CITY: Word("市级", "City"),
    Level.DISTRICT: Word("区级", "District"),
    Level.STREET: Word("街道", "Sub-district"),
}
MEETING_STATE: Final = {
    MeetingState.CALLED: Word("待召开", "To be held"),
    MeetingState.OVERDUE: Word("逾期未召开", "Not held in time"),
    MeetingState.HELD: Word("已召开", "Held"),
    MeetingState.CANCELLED: Word("已取消", "Cancelled"),
    MeetingState.FALLEN: Word("随案终结", "Ended with the case"),
}
SEAT: Final = {
    "community_party": Word("社区党组织", "Party organisation of the community"),
    "residents_committee": Word("居民委员会", "Residents' committee"),
    "owners": Word("业主代表", "Owners"),
    "property_firm": Word("物业服务企业", "Property firm"),
    "residents": Word("居民代表", "Residents"),
    "social_organisation": Word("社会组织", "Social organisation"),
    "market": Word("驻区企业", "Firms of the area"),
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
    "ask_extension": Word("申请延期", "Ask for an extension"),
    "forward_extension": Word("初审同意延期", "Support the extension"),
    "grant_extension": Word("批准延期", "Grant the extension"),
    "refuse_extension": Word("不予延期", "Refuse the extension"),
    "ask_suspension": Word("申请挂账", "Ask for a suspension"),
    "grant_suspension": Word("批准挂账", "Grant the suspension"),
    "refuse_suspension": Word("不予挂账", "Refuse the suspension"),
    "resume": Word("提前销账", "Resume early"),
    "report_upward": Word("提级", "Report upward"),
    "ask_help": Word("请示", "Ask for help"),
    "answer_help": Word("答复请示", "Answer the call for help"),
    "set_milestone": Word("设定节点", "Set a milestone"),
    "reach_milestone": Word("完成节点", "Reach the milestone"),
    "reopen": Word("重新办理", "Reopen"),
    "confer": Word("会商", "Meeting held"),
    "acknowledge": Word("签领表扬", "Take note"),
    "pre_check": Word("核实", "First check"),
    "file_case": Word("立案", "File"),
    "cancel_filing": Word("不予立案", "Do not file"),
    "dispatch": Word("派遣", "Dispatch"),
    "post_check": Word("网格核查", "Check on site"),
    "call_back": Word("回访", "Call back"),
    "link_report": Word("关联诉求", "Add a report"),
    "answer_report": Word("答复诉求人", "Answer the reporter"),
    "unlink_report": Word("解除诉求关联", "Take a report off"),
    "link_case": Word("关联案件", "Link to another case"),
    "unlink_case": Word("解除案件关联", "Undo the link"),
    "replace_department": Word("更换部门", "Replace department"),
    "decline_invitation": Word("谢绝邀请", "Decline"),
    "hand_over": Word("转介心理服务", "Hand over to psychology service"),
    "object": Word("退单异议", "Object"),
    "rule_objection": Word("裁定异议", "Rule on the objection"),
    "issue_order": Word("下达督办", "Issue an order"),
    "answer_order": Word("督办答复", "Answer the order"),
    "lift_order": Word("解除督办", "Lift the order"),
    "appeal_order": Word("督办申诉", "Appeal"),
    "rule_appeal": Word("申诉裁定", "Rule on the appeal"),
    "instruct": Word("批示", "Instruct"),
    "offer_help": Word("发布志愿任务", "Offer help"),
    "take_offer": Word("认领志愿任务", "Take part"),
    "leave_offer": Word("退出志愿任务", "Leave"),
    "call_helper": Word("应急调派", "Call a helper"),
    "close_offer": Word("结束志愿任务", "Close the offer"),
    "record_hours": Word("登记服务时长", "Record hours"),
    "persuade": Word("劝导", "Persuade"),
    "rate_department": Word("评价部门", "Rate the department"),
    "rate_raiser": Word("评价吹哨方", "Rate the sub-district"),
    "record_voice": Word("登记群众评议", "Record a survey"),
    "advise_personnel": Word("人事建议", "Personnel advice"),
    "call_meeting": Word("召集会议", "Call a meeting"),
    "hold_meeting": Word("会议纪要", "Record the meeting"),
    "cancel_meeting": Word("取消会议", "Cancel the meeting"),
    "decide_task": Word("会议定责", "Task from the meeting"),
    "publish_meeting": Word("公开会议结果", "Publish the result"),
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
    "intake_ruled": Word("受理方式", "How it is checked"),
    "request_disposed": Word("直接办结", "Ended at intake"),
    "conferred": Word("双派单会商", "Units met"),
    "praise_acknowledged": Word("签领表扬", "Praise taken note of"),
    "grid_opened": Word("网格收集", "Collected"),
    "pre_checked": Word("核实", "First check"),
    "event_filed": Word("立案", "Filed"),
    "filing_cancelled": Word("不予立案", "Not filed"),
    "event_dispatched": Word("派遣", "Dispatched"),
    "post_checked": Word("网格核查", "Checked on site"),
    "call_back_planned": Word("安排回访", "Call-back planned"),
    "call_back_asked": Word("应回访", "Call-back due"),
    "called_back": Word("回访", "Called back"),
    "handled_again": Word("再次办理", "Handled again"),
    "citizen_agreed": Word("诉求人认可", "The citizen agreed"),
    "call_back_awaited": Word("待回访", "Waits for the call-back"),
    "report_linked": Word("关联诉求", "Report added"),
    "report_answered": Word("答复诉求人", "Reporter answered"),
    "report_unlinked": Word("解除诉求关联", "Report taken off"),
    "reports_answered": Word("答复全部诉求人", "All reporters answered"),
    "case_linked": Word("关联到主案件", "Linked to the main case"),
    "case_unlinked": Word("解除案件关联", "Link undone"),
    "link_taken": Word("关联案件并入跟办", "Another case linked"),
    "link_dropped": Word("关联案件移出", "Linked case let go"),
    "link_followed": Word("关联案件随之办结", "Linked case followed"),
    "case_adopted": Word("启用新版规则或日历", "Newer rules or calendar adopted"),
    "extension_asked": Word("申请延期", "Extension asked for"),
    "extension_forwarded": Word("延期初审同意", "Extension supported"),
    "extension_granted": Word("批准延期", "Extension granted"),
    "extension_refused": Word("不予延期", "Extension refused"),
    "suspension_asked": Word("申请挂账", "Suspension asked for"),
    "case_suspended": Word("挂账", "Suspended"),
    "suspension_refused": Word("不予挂账", "Suspension refused"),
    "case_resumed": Word("恢复（销账）", "Resumed"),
    "case_escalated": Word("提级", "Raised a level"),
    "help_asked": Word("请示", "Help asked for"),
    "help_answered": Word("答复请示", "Call for help answered"),
    "milestone_set": Word("设定节点", "Milestone set"),
    "milestone_reached": Word("完成节点", "Milestone reached"),
    "case_reopened": Word("重新办理", "Reopened"),
    "task_replaced": Word("更换部门", "Department replaced"),
    "invitation_declined": Word("谢绝邀请", "Invitation declined"),
    "handed_over": Word("转介心理服务", "Handed over to the psychology service"),
    "lead_passed": Word("转为主办", "Became the lead"),
    "objected": Word("退单异议", "Objected"),
    "objection_ruled": Word("异议裁定", "Objection ruled on"),
    "order_issued": Word("下达督办", "Order issued"),
    "order_raised": Word("督办升级", "Order made graver"),
    "order_answered": Word("督办答复", "Order answered"),
    "order_lifted": Word("解除督办", "Order lifted"),
    "order_appealed": Word("督办申诉", "Appeal made"),
    "appeal_ruled": Word("申诉裁定", "Appeal ruled"),
    "instructed": Word("领导批示", "Leader's instruction"),
    "help_offered": Word("发布志愿任务", "Help wanted"),
    "offer_taken": Word("认领志愿任务", "Offer taken"),
    "offer_left": Word("退出志愿任务", "Left"),
    "offer_closed": Word("结束志愿任务", "Offer closed"),
    "hours_recorded": Word("登记服务时长", "Hours recorded"),
    "persuaded": Word("劝导", "Persuaded"),
    "rating_opened": Word("开始互评", "Rating opened"),
    "department_rated": Word("评价部门", "Department rated"),
    "raiser_rated": Word("评价吹哨方", "Sub-district rated"),
    "voice_recorded": Word("群众评议", "Survey recorded"),
    "personnel_advised": Word("人事建议", "Personnel advice"),
    "meeting_called": Word("召集会议", "Meeting called"),
    "meeting_held": Word("会议召开", "Meeting held"),
    "meeting_cancelled": Word("会议取消", "Meeting cancelled"),
    "task_decided": Word("会议定责", "Task decided by a meeting"),
    "meeting_published": Word("会议结果公开", "Result of a meeting published"),
}
WITHHELD: Final = Word("内容不公开", "Withheld")
"""An event whose content is kept from the reader."""
PROCESS: Final = {
    "round": Word("督查", "Supervision round"),
    "publication": Word("版本发布", "Publication"),
    "evaluation": Word("考核周期", "Evaluation period"),
    "flag": Word("剔除与申诉", "Exclusion or appeal"),
    "campaign": Word("专项行动", "Campaign"),
}

NOTICE: Final = {
    "round_member": Word("您被列为督导组成员", "You are in a supervision group"),
    "round_begun": Word("督查已抽样，请核验", "The round has drawn its cases: please check"),
    "round_reply": Word("请书面答复督查", "Please answer the round in writing"),
    "round_sign": Word("请会签督查情况", "Please sign the finding"),
    "round_finding": Word("督查发现问题，请整改", "A round found something to be put right"),
    "round_late": Word("督查事项逾期", "Something about a round is late"),
    "round_settled": Word("督查核验完毕，请总结", "Every check is over: please sum the round up"),
    "round_summary": Word("督查逾期未总结", "Nobody has summed the round up"),
    "round_done": Word("督查已总结", "The round was summed up"),
    "round_cancelled": Word("督查已取消", "The round was cancelled"),
    "publication_waits": Word("拟发布版本待批准", "A publication waits for approval"),
    "publication_approved": Word("发布已获批准", "The publication was approved"),
    "publication_refused": Word("发布被驳回", "The publication was refused"),
    "adoption_done": Word("新版本已全部采用", "Every running case has gone over to the new version"),
    "evaluation_review": Word("考核月度结果待复核", "A month's figures wait for review"),
    "evaluation_published": Word("考核月度结果已发布", "A month's figures are published"),
    "flag_proposed": Word("请审核剔除或申诉", "Please review an exclusion or appeal"),
    "flag_granted": Word("剔除或申诉已同意", "Your exclusion or appeal was granted"),
    "flag_refused": Word("剔除或申诉未同意", "Your exclusion or appeal was refused"),
    "flag_lapsed": Word("剔除或申诉逾期失效", "Your exclusion or appeal lapsed"),
    "approval_wanted": Word("请审批", "Please approve"),
    "approved": Word("审批已通过", "Approved"),
    "refused": Word("审批被驳回", "Refused"),
    "called": Word("请报到", "Please report in"),
    "invited": Word("邀请参加", "You are invited"),
    "raised_together": Word("跨区联合哨已发出", "Raised together with you"),
    "assist_submitted": Word("协办部门已反馈", "An assisting department handed in"),
    "replaced": Word("已由其他部门接替", "Another department takes over"),
    "declined": Word("受邀单位谢绝", "A partner declined"),
    "lead_passed": Word("本部门转为主办", "You lead the case from now on"),
    "ruling_wanted": Word("请裁定退单异议", "Please rule on an objection"),
    "objected": Word("部门提出退单异议", "A department objects"),
    "objection_upheld": Word("退单异议成立", "Objection upheld"),
    "objection_overruled": Word("退单异议不成立", "Objection overruled"),
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
    "extension_asked": Word("请审批延期申请", "An extension is asked for"),
    "extension_granted": Word("延期已批准", "Extension granted"),
    "extension_refused": Word("延期未获批准", "Extension refused"),
    "suspension_asked": Word("请审批挂账申请", "A suspension is asked for"),
    "suspended": Word("已挂账", "Suspended"),
    "suspension_refused": Word("挂账未获批准", "Suspension refused"),
    "resumed": Word("挂账结束，恢复计时", "Resumed: the clocks run on"),
    "escalated": Word("案件提级", "The case was raised a level"),
    "help_wanted": Word("请研究并答复", "Please study and answer"),
    "help_answered": Word("请示已答复", "The call for help was answered"),
    "milestone_set": Word("已设定节点", "Milestone set"),
    "milestone_reached": Word("节点已完成", "Milestone reached"),
    "reopened": Word("案件重新办理", "The case was reopened"),
    "rung:resume": Word("挂账到期", "The suspension has ended"),
    "copied": Word("抄送", "Copy for you"),
    "praised": Word("收到表扬", "Praise for you"),
    "praise_acknowledged": Word("表扬已签领", "Praise taken note of"),
    "conferred": Word("双派单会商情况", "The units met"),
    "pre_check_wanted": Word("请核实", "Please look whether it is there"),
    "filing_wanted": Word("请立案", "Please file"),
    "dispatch_wanted": Word("请派遣", "Please dispatch"),
    "filing_cancelled": Word("未予立案", "Not filed"),
    "post_check_wanted": Word("请到场核查", "Please look whether it is done"),
    "closing_wanted": Word("请结案", "Please close"),
    "called_back": Word("回访结果", "Result of the call-back"),
    "handle_again": Word("诉求未解决，再次办理", "Not solved: handle again"),
    "report_linked": Word("又有同一诉求", "Reported again"),
    "report_unlinked": Word("诉求已解除关联", "Report taken off"),
    "answer_reporter": Word("请答复诉求人", "Answer for a reporter"),
    "case_linked": Word("案件已关联到主案件", "Linked to another case"),
    "case_unlinked": Word("案件已解除关联", "Link undone"),
    "order_issued": Word("有新的督办，请按时答复", "New order: answer in time"),
    "order_raised": Word("督办已升级，请按时答复", "The order became graver: answer in time"),
    "order_answered": Word("督办已答复", "Order answered"),
    "order_lifted": Word("督办已解除", "Order lifted"),
    "appeal_wanted": Word("请裁定督办申诉", "Please rule on an appeal"),
    "appeal_ruled": Word("督办申诉已裁定", "Appeal ruled"),
    "instructed": Word("领导批示", "Leader's instruction"),
    "offer_taken": Word("有人认领志愿任务", "Somebody takes part"),
    "offer_left": Word("有人退出志愿任务", "Somebody left"),
    "helper_called": Word("应急指挥部门调派您参加", "The emergency command calls you"),
    "persuaded": Word("已劝导", "Somebody was talked to"),
    "rating_wanted": Word("请在期限内互评", "Please rate the other side"),
    "voice_recorded": Word("有新的群众评议", "A survey was recorded"),
    "meeting_called": Word("请按时参加会议", "You are invited to a meeting"),
    "meeting_held": Word("会议已召开，纪要已记录", "The meeting was held; its minutes are recorded"),
    "meeting_cancelled": Word("会议已取消", "The meeting was cancelled"),
    "task_decided": Word("会议确定了贵单位的任务", "A meeting decided a task of your organisation"),
    "rung:remind": Word("时限提醒", "Reminder"),
    "rung:criticise": Word("通报批评", "Public criticism"),
    "rung:raise_grade": Word("督办未按时答复", "Order not answered in time"),
    "rung:no_show": Word("未按时报到", "No-show"),
    "rung:escalate": Word("超时升级", "Escalation"),
    "rung:supervise": Word("启动督办", "Supervision"),
    "rung:return_task": Word("签收到期退回", "Task returned"),
    "rung:call_back": Word("请回访诉求人", "Please call the citizen back"),
    "rung:close": Word("到期办结", "Closed at its limit"),
}
ABOVE: Final = {
    Above.DESK: Word("区级指挥中心", "District desk"),
    Above.DISTRICT: Word("区政府", "District government"),
    Above.CITY: Word("市级", "City"),
}
REQUEST: Final = {
    Request.REVIEW: Word("部门初审中", "In the department's review"),
    Request.PENDING: Word("待区级审批", "Waiting for the desk"),
    Request.GRANTED: Word("已批准", "Granted"),
    Request.REFUSED: Word("未批准", "Refused"),
    Request.LAPSED: Word("已失效", "Lapsed"),
}
SUSPENSION_REASON: Final = {
    "engineering": Word("工程施工", "Engineering work"),
    "season": Word("季节原因", "Out of season"),
    "conditions": Word("条件尚不具备", "Conditions not met yet"),
    "rung:uphold": Word("逾期未裁定，视为同意退单", "No ruling in time: the objection stands"),
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
    "process": PROCESS,
    "channel": CHANNEL,
    "nature": {str(k): v for k, v in NATURE.items()},
    "disposal": {str(k): v for k, v in DISPOSAL.items()},
    "checker": {str(k): v for k, v in CHECKER.items()},
    "filing": {str(k): v for k, v in FILING.items()},
    "solved": {str(k): v for k, v in SOLVED.items()},
    "satisfied": {str(k): v for k, v in SATISFIED.items()},
    "task_role": {str(k): v for k, v in TASK_ROLE.items()},
    "tie": {str(k): v for k, v in TIE.items()},
    "direction": {str(k): v for k, v in DIRECTION.items()},
    "subject": {str(k): v for k, v in SUBJECT.items()},
    "ground": GROUND,
    "upheld": UPHELD,
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
    "rater": {str(k): v for k, v in RATER.items()},
    "side": {str(k): v for k, v in SIDE.items()},
    "meeting_form": {str(k): v for k, v in MEETING_FORM.items()},
    "meeting_level": {str(k): v for k, v in MEETING_LEVEL.items()},
    "meeting_state": {str(k): v for k, v in MEETING_STATE.items()},
    "seat": SEAT,
    "command": COMMAND,
    "event": {**EVENT, "withheld": WITHHELD},
    "notice": NOTICE,
    "above": {str(k): v for k, v in ABOVE.items()},
    "request": {str(k): v for k, v in REQUEST.items()},
    "suspension_reason": SUSPENSION_REASON,
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
