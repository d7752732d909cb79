/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tests that a customer runs: gateway, name servers, a host of their choice, and whether the web
 * interface can be reached from another computer. Each ends in a sentence: what was found, why,
 * what to do. */

struct app;

/* A menu of tests, until the customer goes back. */
void page_tests_run(struct app *app);
