"""Fuzz targets of libFuzzer, and their corpora as tests."""

def fuzz_target(name, deps = []):
    """NAME_fuzz.cc and corpus/NAME/ make two targets.

    NAME_replay   a test under any compiler: runs the corpus once
    NAME_fuzz     the fuzzer: bazel build --config=fuzz //tests/fuzz:NAME_fuzz
    """
    all_deps = deps + [":fuzz", "@system//:strings"]
    corpus = native.glob(["corpus/" + name + "/*"])
    native.cc_test(
        name = name + "_replay",
        size = "small",
        srcs = [name + "_fuzz.cc", "replay_main.cc"],
        args = [native.package_name() + "/corpus/" + name],
        data = corpus,
        tags = ["sanitize"],
        deps = all_deps,
    )
    native.cc_binary(
        name = name + "_fuzz",
        testonly = True,
        srcs = [name + "_fuzz.cc"],
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = all_deps,
    )
