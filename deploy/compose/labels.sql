-- What the job found, label by label, in what is committed now.
SET 'sql-client.execution.result-mode' = 'tableau';
SET 'execution.runtime-mode' = 'batch';
SELECT label, COUNT(*) AS messages FROM classifications GROUP BY label ORDER BY messages DESC, label;
