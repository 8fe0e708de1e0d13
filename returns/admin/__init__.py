"""What staff see of money given back by an earlier system."""

from returns.admin.credit_invoice import CreditInvoiceAdmin

__all__ = ["CreditInvoiceAdmin"]
