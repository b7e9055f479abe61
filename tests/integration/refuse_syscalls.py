#!/usr/bin/python3
"""Runs a command as a machine would that lacks something: refuse_syscalls.py ipv6|seccomp|threads COMMAND...

ipv6: socket() knows no such family, as with ipv6.disable=1. seccomp: no filter may be installed, as in a container whose
policy forbids nesting. threads: none can be made, as at a limit of processes. By a seccomp filter of its own, for x86-64.
"""
import ctypes
import os
import struct
import sys

SOCKET, CLONE, PRCTL, SECCOMP, CLONE3 = 41, 56, 157, 317, 435
AF_INET6, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 10, 22, 38
CLONE_THREAD = 0x10000
EPERM, EAGAIN, ENOSYS, EAFNOSUPPORT = 1, 11, 38, 97
LOAD, JUMP_IF_EQUAL, JUMP_IF_SET, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, FIRST_ARGUMENT = 0, 16
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def step(code, value, if_equal=0, if_not=0):
    return struct.pack("HBBI", code, if_equal, if_not, value)


FILTERS = {
    "ipv6": [step(LOAD, NUMBER), step(JUMP_IF_EQUAL, SOCKET, 0, 3), step(LOAD, FIRST_ARGUMENT),
             step(JUMP_IF_EQUAL, AF_INET6, 0, 1), step(RETURN, ERRNO | EAFNOSUPPORT), step(RETURN, ALLOW)],
    "seccomp": [step(LOAD, NUMBER), step(JUMP_IF_EQUAL, SECCOMP, 4, 0), step(JUMP_IF_EQUAL, PRCTL, 0, 2),
                step(LOAD, FIRST_ARGUMENT), step(JUMP_IF_EQUAL, PR_SET_SECCOMP, 1, 0), step(RETURN, ALLOW),
                step(RETURN, ERRNO | EPERM)],
    # Whose flags a filter can't read, so that the older call comes instead.
    "threads": [step(LOAD, NUMBER), step(JUMP_IF_EQUAL, CLONE3, 4, 0), step(JUMP_IF_EQUAL, CLONE, 0, 2),
                step(LOAD, FIRST_ARGUMENT), step(JUMP_IF_SET, CLONE_THREAD, 2, 0), step(RETURN, ALLOW),
                step(RETURN, ERRNO | ENOSYS), step(RETURN, ERRNO | EAGAIN)],
}


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


steps = FILTERS[sys.argv[1]]
buffer = ctypes.create_string_buffer(b"".join(steps))
program = Program(len(steps), ctypes.addressof(buffer))
libc = ctypes.CDLL(None, use_errno=True)
for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0)):
    if libc.prctl(*arguments) != 0:
        sys.exit(f"refuse_syscalls.py: {os.strerror(ctypes.get_errno())}")
os.execv(sys.argv[2], sys.argv[2:])
