--! breaking: older code applies a delivery by the action in its row, which is not known any more when the delivery is stored
comment on column deliveries.action is 'Read from the payload when the delivery is applied, as repository, github_repository_id and sender are; null before.';
