"""The emergency plan (应急预案): the playbook's thresholds in this merchant's numbers."""
