/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A form (form.h) in plain lines: its fields and buttons are numbered. */

#include "form.h"

/* As form_run(). */
enum answer form_plain_run(struct form *form);
