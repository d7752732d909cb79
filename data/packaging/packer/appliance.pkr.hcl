# SPDX-License-Identifier: LGPL-2.1-or-later
# A Debian appliance by Packer: a stock cloud image is started in QEMU, gets the packages and is made an appliance.
#
#   packer build -var image=debian-12-generic-amd64.qcow2 -var packages=DIR appliance.pkr.hcl
#
# DIR holds firstboot_*.deb and firstboot-console_*.deb. seed.iso is a NoCloud volume that lets packer_key log in as root.

variable "image" {
  type        = string
  description = "Stock cloud image, a file or an URL."
}

variable "image_checksum" {
  type        = string
  description = "Its checksum, such as sha512:..."
}

variable "packages" {
  type        = string
  description = "Folder with the two packages."
}

variable "seed" {
  type        = string
  default     = "seed.iso"
  description = "NoCloud volume with the key that packer logs in by."
}

variable "key" {
  type        = string
  default     = "packer_key"
  description = "Private key of root's login."
}

source "qemu" "appliance" {
  iso_url              = var.image
  iso_checksum         = var.image_checksum
  disk_image           = true
  format               = "qcow2"
  vm_name              = "appliance.qcow2"
  headless             = true
  qemuargs             = [["-cdrom", var.seed]]
  ssh_username         = "root"
  ssh_private_key_file = var.key
  ssh_timeout          = "10m"
  # make-appliance takes the login away; the power goes by what is still connected.
  shutdown_command = "systemctl poweroff"
}

build {
  sources = ["source.qemu.appliance"]

  provisioner "shell" {
    inline = ["mkdir -p /var/tmp/packages"]
  }

  provisioner "file" {
    source      = "${var.packages}/"
    destination = "/var/tmp/packages"
  }

  provisioner "file" {
    source      = "${path.root}/../make-appliance"
    destination = "/var/tmp/make-appliance"
  }

  provisioner "shell" {
    environment_vars = ["DEBIAN_FRONTEND=noninteractive"]
    inline = [
      "apt-get update",
      "apt-get install -y /var/tmp/packages/*.deb",
      "cloud-init clean --logs",
      "sh /var/tmp/make-appliance",
      "rm -r /var/tmp/packages /var/tmp/make-appliance",
    ]
  }
}
