#!/usr/bin/env node
// No part of dist: npm links a workspace's programs when it installs, before anything is built.
import "../dist/bin.js";
