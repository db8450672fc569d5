#include "sim/trace/docs.hpp"

#include "sim/trace/records.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::string_view introduction = R"(# The trace

Generated from the program by `trace_markdown()`; a test compares the two. Schema version VERSION.

A run writes one HDF5 file, `trace.h5`, in its output folder. It is in the file format of HDF5 1.10 (2016), the first that has
checksums everywhere. h5py, pandas, Julia, R, `h5dump`, HDFView and MATLAB (since R2021b) read it.

## Layout

| path | what |
|---|---|
| `/` | attributes that describe the run (below) |
| `/rounds`, `/services`, ... | one table each: a dataset of one dimension whose elements are the rows, in the order of rounds; a table that a run does not use is present and empty |
| `/checkpoint` | what `mlaasim run --resume` starts from; attribute `round` is the last complete round, -1 before the first; attribute `digest`: see "Digests" |
| `/checkpoint/arrays/NAME` | one dataset per array (float32, float64, int64 or uint8); a `/` in NAME makes a group |
| `/checkpoint/service_ids` | which service each row of the next dataset belongs to; 4294967295 is a free row, which holds zeros |
| `/checkpoint/service_state` | one row of float32 per service that has state; absent until the first one has |

## Attributes of the root

| name | type | meaning |
|---|---|---|
| `schema_version` | int32 | version of this format; raised whenever a table, a column or an attribute is added or changes its meaning |
| `program_version` | text | version of mlaasim |
| `git_commit` | text | commit it was built from |
| `scenario` | text | the whole scenario as YAML, every default written out, `data.source` as it was resolved |
| `scenario_digest` | text | SHA-256 of `scenario` and `data`; `--resume` compares it |
| `data` | text | source of the data and SHA-256 of its decoded samples and labels: equal wherever the files lay |
| `seed` | uint64 | seed of all random streams |
| `instruction_set` | text | instruction set that the arithmetic used; results are comparable bit by bit within one |
| `library_versions` | text | versions of the libraries that compute, of the compiler and of the C library |
| `model` | text | the model as JSON: see "The model" |
| `structure_digest` | text of 64 | SHA-256 of names, types and attributes: see "Digests" |

Texts are UTF-8 of variable length; digests are 64 hexadecimal digits.

## Reading

```python
import h5py
import pandas as pd

with h5py.File("trace.h5") as f:
    print(f.attrs["program_version"], f["checkpoint"].attrs["round"])
    print(f.attrs["scenario"])
    rounds = pd.DataFrame(f["rounds"][:])
    events = pd.DataFrame(f["events"][:])
events["kind"] = events["kind"].str.decode("utf-8")  # texts in tables are bytes of fixed length, padded with zeros
```

`mlaasim trace csv FILE TABLE` writes a table as CSV, numbers in the shortest form that reads back as the same number.

Rows are stored packed and little-endian: each column at the end of the one before, in the order of the tables below.

## The model

The attribute `model` is JSON. It says what the model is, and where its parameters lie. `mlaasim model export` writes them in a form that
others read ([models.md](models.md)).

| key | meaning |
|---|---|
| `input` | channels, height and width of a sample |
| `classes` | outputs of the last layer |
| `mean`, `deviation` | the model sees (byte / 255 - `mean`) / `deviation` |
| `layers` | `kind` of each layer: `flatten`, `linear`, `convolution`, `batch_norm`, `relu` or `max_pool`; `in`, `out` and `window` (height, width) where it has them. A convolution keeps the size, with zeros around |
| `parameters` | `name`, `shape` and `offset` of each tensor. The name is that in the `state_dict()` of PyTorch's `nn.Sequential` of these layers |
| `row` | numbers of a whole model |

A model is a row of `row` numbers: the dataset `/checkpoint/arrays/composition` or, where members keep their own models (`soft_vote`), a row
of `/checkpoint/service_state`. A tensor begins at its `offset`, in C order.

## While a run writes

`trace.h5` is at every moment a closed, whole file of the last commit. The next commit is written to a second file, which is then
forced to the disk and put in place in one step. The run waits for a trace's first commit, for its own last one, for all of them with
`--max-time`, and for those that cost little: after a round of a second or more, if the last commit that was waited for took at most a
twentieth of it. Otherwise it goes on with the next round. So killing the run loses the rounds since the last commit that is in place, and
a commit under way may not be. The next commit waits for the one before it. If that has failed, the run ends there, with its error.

The program keeps files of its own beside the trace: `trace.h5.next` (the same trace, one commit behind), `.lock` (one run per folder),
and for moments `trace.h5.new` and `trace.h5.old`. All but `trace.h5` may be deleted when no run is going on.

Reading during a run is safe with HDF5's file locking, which is on by default: while somebody reads a file, a commit does not write
to it but makes a copy. Programs that do not lock can see a file change under them after two commits. Let them read a copy:
`flock --shared trace.h5 cp trace.h5 COPY`. Neither works where `HDF5_USE_FILE_LOCKING=FALSE` is set for the run. All of this
holds when processes die, on a local file system with hard links and `flock`. Network file systems are not tested.

## Digests

A trace carries digests of what the run wrote. `mlaasim trace verify` and `--resume` compute them again from the file. They refuse a
file in which any value, name, type or attribute has changed, or that has bytes after its end.

| where | SHA-256 of |
|---|---|
| table `digests` | the packed rows of one table in one round |
| attribute `digest` of `/timing` | d(n) for its n rows: d(0) is the SHA-256 of nothing, d(n) that of the 32 bytes of d(n-1) and the packed row n |
| attribute `digest` of `/checkpoint` | the checkpoint: its round; each array's name, type, shape and bytes, by name; each service's id and the SHA-256 of its state, by id |
| attribute `structure_digest` of the root | the names, types and attributes of all that every trace has |

A digest belongs to a round, not to a commit. So all but that of `/timing` are equal on any number of ranks, and after any number of
interruptions. Chunks of datasets also have HDF5's checksum (Fletcher-32), so h5py refuses to read most kinds of damage too.

A command reads the tables that it needs, and sees no damage elsewhere: `compare`, for example, reads no candidates. `mlaasim trace verify`
reads everything.

When `trace.h5` is damaged, `trace.h5.next` is often whole. It lacks the last commit. `--resume` says so and how to go on from it.

`trace verify` prints a SHA-256 of each table's packed rows, of the checkpoint, and `all`, which is that of the digests of every table but
`timing` and of the checkpoint. Two runs of one scenario gave the same results when their `all` is the same.

## Older schemas

`trace info`, `csv` and `verify` also read traces of the schemas 2 to 9, and so does `compare`; `--resume` does not. Each row
says how a schema differs from the next one.

| schema | has |
|---|---|
| 9 | in `serving` a column `taken_off` instead of `mix_correction`, with `nothing` instead of `none` |
| 8 | in `serving` no column `taken_off` |
| 7 | in `serving` no columns `drift`, `clean_drift`, `alike` |
| 6 | no table `omitted` |
| 5 | no tables `actions`, `confusion`, `monitoring`, `satisfaction`, `serving`; no columns `plain_accuracy`, `satisfied`. `evidence` has the tier `scored`: where no labels were granted, assessments used the first samples of what was scored. Everything before did so, too |
| 4 | no attribute `model`, no table `evidence` |
| 3 | no table `drift`; `services` and `clients` have its values in three columns, `rotation_degrees`, `noise_deviation` and `swapped_share` |
| 2 | no digests |

## Tables

Modelled quantities come from the documented cost model; what was measured is in `timing` alone. Columns with unit 0/1 are
truth values; unit 1 is a number without dimension.
)";

std::string type_name(const Field& field) {
    switch (field.type) {
        case FieldType::int32: return "int32";
        case FieldType::uint32: return "uint32";
        case FieldType::int64: return "int64";
        case FieldType::float64: return "float64";
        case FieldType::text: break;
    }
    return "text of " + std::to_string(field.size);
}

std::string section(const Table& table) {
    std::string text = "\n### `/" + std::string{table.name} + "`\n\n" + std::string{table.doc} + "\n\n";
    text += "| column | type | unit | meaning |\n|---|---|---|---|\n";
    for (const Field& field : table.fields) {
        text += "| `" + std::string{field.name} + "` | " + type_name(field) + " | " + std::string{field.unit} + " | " +
                std::string{field.doc} + " |\n";
    }
    return text;
}

}  // namespace

std::string trace_markdown() {
    std::string text{introduction};
    constexpr std::string_view placeholder = "VERSION";
    text.replace(text.find(placeholder), placeholder.size(), std::to_string(trace_schema_version));
    for (const Table* table : all_tables()) {
        text += section(*table);
    }
    return text;
}

}  // namespace mlaasim::sim
