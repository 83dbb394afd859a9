SELECT convene.log_job_success($1, $2, $3)
