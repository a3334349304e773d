"""Data sharing between departments (数据共享): catalogue, requests and grants, use, and its log."""
