# A connection with a shared secret.
resource "airbyte_source_x" "orders" {
  name = "orders-${var.env}"
  configuration = jsonencode({
    host     = local.hosts[0].name
    "user"   : "reader",
    password = var.password != "" ? var.password : "changeme" // fallback
  })
  dynamic "tag" {
    for_each = { for k, v in var.tags : k => v... if k != "x" }
    content { key = tag.key }
  }
}
