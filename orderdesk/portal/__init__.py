"""The customers' and couriers' door: pages behind a private link, the look-up of a link, and nothing that needs an account."""
