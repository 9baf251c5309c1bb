"""What an agency confirms in writing beside the departments' appraisal, because the procedure's data name it."""
