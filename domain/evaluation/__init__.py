"""Evaluation: indicators as contributions of cases, so that every figure opens its list and can be derived again.

`facts` says what is looked at of a case, `formulas` what it contributes to an indicator, `scheme` which indicators
there are with their numbers, `board` puts units side by side, `windows` knows the periods, `flags` what was excluded
or exempted.
"""
