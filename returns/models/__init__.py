from returns.models.credit_invoice import CreditInvoice, CreditLine

__all__ = ["CreditInvoice", "CreditLine"]
