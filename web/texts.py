"""Words of the pages that belong to no template: labels, hints, what an error means and what to do about it."""

from __future__ import annotations

from typing import Final, NamedTuple

FIELD: Final = {
    "kind": "哨种",
    "area": "吹哨街道（乡镇）",
    "class_code": "类别",
    "title": "标题",
    "description": "情况说明",
    "place": "地点",
    "channel": "来源",
    "reporter_name": "反映人姓名",
    "reporter_phone": "反映人电话",
    "appointment": "约定到场时间",
    "lead": "主办部门",
    "assist": "协办部门",
    "inform": "知会部门",
    "source_ref": "来源编号",
    "task": "部门任务",
    "tasks": "返工的任务",
    "worker": "指派给",
    "org": "部门",
    "role": "角色",
    "note": "说明",
    "reason": "理由",
    "lat": "纬度",
    "lng": "经度",
    "token": "个人令牌",
    "order": "督办单",
    "grade": "督办等级",
    "instruction": "督办要求",
    "answer": "答复",
    "verdict": "裁定",
}
"""What a field is called on a form."""

COMMAND_FIELD: Final = {
    ("approve", "note"): "审批意见",
    ("refuse", "reason"): "驳回理由",
    ("unclaim", "reason"): "退回理由",
    ("report_in", "note"): "到场情况",
    ("stage_report", "note"): "阶段性情况",
    ("submit", "note"): "处置结果",
    ("check_pass", "note"): "核查意见",
    ("check_fail", "reason"): "不通过的理由和整改要求",
    ("urge", "note"): "催办内容",
    ("release", "reason"): "放行理由",
    ("withdraw", "reason"): "撤回理由",
    ("issue_order", "org"): "督办对象",
    ("answer_order", "answer"): "督办答复（办理情况、原因、整改措施）",
    ("lift_order", "reason"): "解除理由",
    ("appeal_order", "reason"): "申诉理由和依据",
    ("rule_appeal", "reason"): "裁定理由",
    ("instruct", "instruction"): "批示内容",
}
"""Where a field has a better name in one command."""

COMMAND_HINT: Final = {
    "approve": "通过后案件立即派发到部门，时限从派发时刻起算。",
    "refuse": "驳回后案件结束，吹哨人会收到通知和理由。",
    "claim": "签收后由您负责处置，签收时限即告完成。",
    "unclaim": "任务退回本部门待签收；原签收时限继续计算，不重新起算。",
    "assign": "指派给本部门的一名工作人员；已签收的任务由其接手。",
    "report_in": "到达现场后报到。超过时限仍可报到，系统如实标记“迟到”。",
    "stage_report": "报告进展。不停止任何时限。",
    "submit": "提交本阶段处置结果；最后一个阶段提交后进入核查。",
    "check_pass": "核查通过后案件办结。处置人不能核查自己的案件。",
    "check_fail": "退回部门返工，处置时限重新开始，返工次数如实记录。不勾选任务即全部退回。",
    "add_department": "增派一个部门参加处置，其时限从现在起算。",
    "urge": "提醒签收人和派单员，催办记录永久保留。",
    "release": "事不完、人不撤：只有吹哨方可以放行协办部门，主办部门不能放行。",
    "withdraw": "仅在部门到场之前可以撤回，撤回后案件结束。",
    "issue_order": "被督办单位须在该等级的时限内答复；解除之前，等级只能升不能降。",
    "answer_order": "每件督办只答复一次；超过时限仍可答复，系统如实标记“迟复”。",
    "lift_order": "由下达督办的一级或其上级解除；已发生的事实和扣分记录保留。",
    "appeal_order": "每件督办只能申诉一次；申诉期间暂缓计分，工作不停。",
    "rule_appeal": "由下达督办的上一级裁定；申诉成立则不计分并解除督办，事实保留。",
    "instruct": "批示附在部门当前环节上，通知签收人、派单员和部门领导。",
}
"""What a command does, told before it is sent."""

DONE: Final = {
    "raise": "已吹哨，案件已编号并送达。",
    "approve": "已审批通过。",
    "refuse": "已驳回。",
    "claim": "已签收，请按时报到。",
    "unclaim": "已退回待签收。",
    "assign": "已指派。",
    "report_in": "已报到。",
    "stage_report": "阶段性情况已记录。",
    "submit": "结果已提交。",
    "check_pass": "核查通过，案件已办结。",
    "check_fail": "已退回返工。",
    "add_department": "已增派部门。",
    "urge": "已催办。",
    "release": "已放行。",
    "withdraw": "已撤回。",
    "issue_order": "督办已下达。",
    "answer_order": "已答复。",
    "lift_order": "督办已解除。",
    "appeal_order": "已申诉，等待上级裁定。",
    "rule_appeal": "已裁定。",
    "instruct": "批示已下达。",
    "read": "已全部标为已读。",
    "replay": "死信已重新排队。",
    "signed_out": "已退出，令牌已作废。",
}
"""What a page says once after a command took effect."""

COUNT_ROLE: Final = {
    "counted": "计入",
    "first_day": "起始日，不计",
    "outside_hours": "在工作时间之外，不计",
    "rest_day": "休息日，不计",
    "holiday": "节假日，不计",
    "rolled": "末日逢休息，顺延",
    "last_day": "顺延后的截止日",
    "folded": "中间各日合计",
}
"""What a day does in the count of a due instant (`domain.clocks.explanation.Role`)."""

DAY_KIND: Final = {
    "workday": "工作日",
    "restday": "周末",
    "holiday": "节假日",
    "makeup": "调休上班",
}

ADDRESSEE: Final = {
    "holder": "签收人",
    "dispatcher": "部门派单员",
    "department_leader": "部门领导",
    "raiser": "吹哨街道",
    "street_leader": "街道领导",
    "desk": "区级指挥中心",
    "supervisor": "区级督查",
    "district_leader": "区领导",
    "city_supervisor": "市级督查",
    "party": "责任单位",
}
"""Whom a rung tells (`domain.notices.SYMBOLS`)."""

STAGE: Final = {
    "handle": "处置",
    "fence": "围挡",
    "repair": "抢修",
    "restore": "恢复",
    "stop": "制止",
    "remove": "拆除",
    "penalty": "处罚",
}
"""Handling stages of the bundled limit classes; a stage of another pack is shown by its code."""

ORIGIN: Final = {"agreed": "双方约定的时间", "imported": "随历史数据导入的时间"}


class ErrorText(NamedTuple):
    """A refusal for people: what happened, and what to do now."""

    title: str
    advice: str


STATUS_TEXT: Final = {
    400: ErrorText("请求有误", "链接或参数不正确。请返回上一页重新操作。"),
    401: ErrorText("请先登录", "登录已过期或令牌已作废，请重新登录。"),
    403: ErrorText("没有权限", "您的岗位或单位不能执行此操作。如认为有误，请联系本单位管理员。"),
    404: ErrorText("没有找到", "该页面或案件不存在，或不在您的查看范围内。请核对编号。"),
    405: ErrorText("不支持的操作", "请返回页面，使用页面上的按钮操作。"),
    409: ErrorText("情况已变化", "案件状态已被他人更新。请查看最新状态后再决定。"),
    412: ErrorText("情况已变化", "案件已被他人更新，请刷新后再操作。"),
    413: ErrorText("内容过大", "提交的内容过大，请缩短后重试。"),
    422: ErrorText("填写有误", "请按提示修改后重新提交。"),
    500: ErrorText("系统出错", "是否已生效尚不确定。请稍后用原页面重新提交，系统保证不会重复。"),
    503: ErrorText("暂时无法处理", "记录系统暂时不可用，请稍后重试。已填写的内容会保留，重复提交不会产生重复案件。"),
}
"""By status of the answer; other statuses are shown as 500."""

CODE_TEXT: Final = {
    "case_not_found": "没有这个案件，或不在您的查看范围内。",
    "key_reused": "这张表单已经提交过一次。请刷新页面后重新填写。",
    "stale_version": "案件已被他人更新。",
    "record_unavailable": "记录系统暂时不可用，本次提交没有生效。",
    "outcome_unknown": "连接中断，尚不确定是否生效。请直接再次提交：系统会识别并给出同一结果。",
    "unroutable": "权责清单中没有可派发的部门，请指定主办部门或联系区级指挥中心。",
    "bad_cursor": "翻页位置已失效，请从第一页开始。",
    "case_exists": "该来源编号的案件已经存在。",
    "role_missing": "您的岗位不能查看此页面。",
    "token_invalid": "令牌不存在、已过期或已作废。",
    "unknown_class": "案件目录中没有该类别。",
    "unknown_org": "没有这个单位。",
    "bad_org_code": "单位代码格式不对。",
}
"""Errors that have no wording of their own in the core."""


_INVALID: Final = {
    "missing": "请填写此项。",
    "string_too_short": "请填写此项。",
    "too_short": "请填写此项。",
    "string_too_long": "最多 {most} 个字。",
    "too_long": "最多选 {most} 项。",
    "string_pattern_mismatch": "格式不正确。",
    "literal_error": "请从列表中选择。",
    "enum": "请从列表中选择。",
    "int_parsing": "数值不正确。",
    "float_parsing": "数值不正确。",
    "finite_number": "数值不正确。",
    "greater_than_equal": "数值不正确。",
    "less_than_equal": "数值不正确。",
    "value_error": "含有不可见的控制字符，请删除后重试。",
}
"""By pydantic's type of error."""


def field_label(name: str, command: str = "") -> str:
    """Return what a field is called in a command."""
    return COMMAND_FIELD.get((command, name)) or FIELD.get(name, name)


def invalid(kind: str, context: dict[str, object]) -> str:
    """Say in Chinese what is wrong with a value.

    Args:
        kind: pydantic's type of error.
        context: Its limits, for example `max_length`.
    """
    if kind.startswith(("datetime", "timezone")):
        return "时间格式不正确。"
    return _INVALID.get(kind, "填写有误。").format(most=context.get("max_length"))
