namespace MPCache.BindingGenerator;

/// <summary>
/// The library's own part: the table of slots that an instruction set fills, the exported functions that check and call them, and the list
/// of exports.
/// </summary>
public sealed class LibraryEmitter(HeaderModel model, ResponseFile options)
{
    /// <summary>File names and contents.</summary>
    public IEnumerable<(string Name, string Text)> Emit()
    {
        yield return ("kernel_table.g.h", Banner(options) + Table());
        yield return ("exports.g.c", Banner(options) + Exports());
        IEnumerable<string> all = model.Functions.Select(function => function.Name).Order(StringComparer.Ordinal);
        yield return ("exports.g.txt", string.Concat(all.Select(name => name + "\n")));
    }

    /// <summary>First lines of every generated C file.</summary>
    public static string Banner(ResponseFile options) =>
        $"/* From native/include/{Path.GetFileName(options.Header)} by interop/MPCache.BindingGenerator. Do not edit. */\n";

    /// <summary>A parameter list of C.</summary>
    private static string Parameters(Kernel kernel) =>
        string.Join(", ", kernel.Arguments.Select(a => $"{a.Type} {a.Name}".Replace("* ", "*", StringComparison.Ordinal)));

    private string Slot(Kernel kernel) => kernel.Function.Name[options.Prefix.Length..];

    private string Table()
    {
        Code code = new();
        code.InlineBlock("typedef struct kernel_table", () =>
        {
            foreach (Kernel kernel in model.Kernels)
            {
                code.Line($"void (*{Slot(kernel)})({Parameters(kernel)});");
            }
        }, "} kernel_table;");
        return code.ToString();
    }

    private string Exports()
    {
        Code code = new();
        code.Line("#include \"kernels.h\"").Line();
        code.Line("#define REQUIRE(condition) do { if (!(condition)) return MPCACHE_BAD_ARGUMENT; } while (0)");
        foreach (Kernel kernel in model.Kernels)
        {
            code.Line().Block($"{kernel.Function.ReturnType} {kernel.Function.Name}({Parameters(kernel)})", () =>
            {
                foreach (string condition in Conditions(kernel))
                {
                    code.Line($"REQUIRE({condition});");
                }

                foreach (Buffer buffer in kernel.Buffers.Where(buffer => buffer.BoundIsChecked))
                {
                    code.Line($"for (int64_t i = 0; i < {buffer.Length!.C}; i++)");
                    code.Line($"    REQUIRE((int64_t){buffer.Name}[i] < {buffer.Bound!.C});");
                }

                code.Line($"mpcache_slots.{Slot(kernel)}({string.Join(", ", kernel.Arguments.Select(argument => argument.Name))});");
                code.Line("return MPCACHE_OK;");
            });
        }

        return code.ToString();
    }

    private static IEnumerable<string> Conditions(Kernel kernel)
    {
        foreach (Count count in kernel.Arguments.OfType<Count>())
        {
            yield return $"{count.Name} >= 0";
        }

        foreach (Buffer buffer in kernel.Buffers.Where(buffer => buffer.Rows is not null))
        {
            yield return $"{buffer.Rows!.Stride} >= {buffer.Rows.Columns}";
        }

        foreach (Ranged number in kernel.Numbers)
        {
            // What has no sign is not below zero, and compilers warn of the question.
            bool always = number.Type.StartsWith('u') && number.Least.C == "0";
            yield return (always ? "" : $"{number.Name} >= {number.Least.C} && ") + $"{number.Name} <= {number.Most.C}";
        }

        foreach (Buffer buffer in kernel.Buffers)
        {
            yield return string.Join(" || ", [$"{buffer.Name} != NULL", .. kernel.EmptiedBy(buffer).Select(name => $"{name} == 0")]);
        }
    }
}
