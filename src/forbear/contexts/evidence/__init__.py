"""What can a person hold in hand: the evidence pack, certificates and receipts?"""
