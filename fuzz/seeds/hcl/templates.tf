locals {
  doc = <<-EOT
    %{ for h in var.hosts ~}
    ${h}:${provider::x::port(h, [1, -2.5]...)}
    %{ endfor ~}
    %{ if true }yes%{ else }no%{ endif } $${literal}
  EOT
  all = aws_x.y[*].id == a.*.b.0 && !(c >= 1) /* both */
  esc = "\"\u00e9\\${"nested ${1 + 2}"}"
}
