namespace MPCache.BindingGenerator;

/// <summary>
/// Every kernel's cases for the C test: on the scalar set and on another one, on buffers of exactly the stated lengths, held to equal bits.
/// </summary>
public sealed class CTestEmitter(HeaderModel model, ResponseFile options)
{
    /// <summary>File name and contents.</summary>
    public (string Name, string Text) Emit()
    {
        Code code = new();
        code.Line($"static const int64_t one_size[] = {{{string.Join(", ", CaseSizes.One)}}};");
        code.Line($"static const int64_t several_sizes[] = {{{string.Join(", ", CaseSizes.Several)}}};");
        code.Line($"enum {{ WHOLE = {CaseSizes.Whole} }};");
        foreach (Kernel kernel in model.Kernels)
        {
            code.Line().Block($"static void every_{Short(kernel)}(int isa)", () => Loop(code, kernel));
        }

        code.Line().Block("static void every_kernel(int isa)", () =>
        {
            foreach (Kernel kernel in model.Kernels)
            {
                code.Line($"every_{Short(kernel)}(isa);");
            }
        });
        return ("every_kernel.g.h", LibraryEmitter.Banner(options) + code);
    }

    private string Short(Kernel kernel) => kernel.Function.Name[options.Prefix.Length..];

    private void Loop(Code code, Kernel kernel)
    {
        string list = kernel.HasManySizes ? "several_sizes" : "one_size";
        string loops = string.Join(' ', kernel.Sizes.Select(size => $"EACH_SIZE({size.Name}, {list})")
            .Concat(kernel.Numbers.Select(number => $"EACH_VALUE({number.Name}, {number.Least.C}, {number.Most.C})")));
        code.InlineBlock(loops, () =>
        {
            foreach (Buffer buffer in kernel.Buffers.Where(buffer => buffer.Bound is not null))
            {
                code.Line($"if ({buffer.Bound!.C} == 0 && {buffer.Length!.C} != 0)").Line("    continue;");
            }

            foreach (Buffer buffer in kernel.Buffers.Where(buffer => buffer.Rows is not null))
            {
                code.Line($"int64_t {buffer.Rows!.Stride} = {buffer.Rows.Columns} + (int64_t)(random_word() % 4);");
            }

            foreach (Word word in kernel.Arguments.OfType<Word>())
            {
                code.Line($"uint64_t {word.Name} = any_word();");
                if (!word.IsPublic)
                {
                    code.Line($"SECRET(&{word.Name}, sizeof {word.Name});");
                }
            }

            foreach (Buffer buffer in kernel.Buffers)
            {
                Allocate(code, buffer);
            }

            Both(code, kernel, null);
            foreach ((Buffer output, Buffer input) in kernel.Aliases)
            {
                code.Line($"refill(&{output.Name}, {input.Name});");
                Both(code, kernel, input);
            }

            IEnumerable<string> ends = kernel.Buffers.Select(b => b.Direction == Direction.In ? $"free({b.Name})" : $"drop(&{b.Name})");
            code.Line(string.Join(", ", ends) + ";");
        });
    }

    private static string Length(Buffer buffer) => buffer.Rows is { } rows
        ? $"ROWS({rows.Count}, {rows.Columns}, {rows.Stride})"
        : buffer.Length!.C;

    private static void Allocate(Code code, Buffer buffer)
    {
        string bytes = $"sizeof({buffer.Element}) * (size_t)({Length(buffer)})";
        if (buffer.Direction != Direction.In)
        {
            code.Line($"pair {buffer.Name} = new_pair({bytes});");
            code.Line($"SECRET({buffer.Name}.expected, {bytes}), SECRET({buffer.Name}.found, {bytes});");
            return;
        }

        code.Line($"{buffer.Element} *{buffer.Name} = random_bytes({bytes});");
        if (buffer.Bound is { } bound)
        {
            code.Line($"for (int64_t i = 0; i < {Length(buffer)}; i++)");
            code.Line($"    {buffer.Name}[i] = ({buffer.Element})({buffer.Name}[i] % (uint64_t)({bound.C}));");
        }

        if (buffer is { IsPublic: false, IsOwnAddress: false })
        {
            code.Line($"SECRET({buffer.Name}, {bytes});");
        }
    }

    private static void Both(Code code, Kernel kernel, Buffer? inPlaceOf)
    {
        string output = kernel.Outputs.First().Name, name = kernel.Function.Name;
        IEnumerable<string> arguments = kernel.Arguments.Select(argument => argument switch
        {
            Buffer buffer when buffer.Direction != Direction.In => $"AT({buffer.Name})",
            Buffer buffer when buffer == inPlaceOf => $"AT({output})",
            _ => argument.Name,
        });
        code.Line($"BOTH(isa, {name}({string.Join(", ", arguments)}));");
        string where = inPlaceOf is null ? "" : $" in place of {inPlaceOf.Name}";
        foreach (Buffer buffer in kernel.Outputs)
        {
            code.Line($"same(&{buffer.Name}, isa, \"{name}{where}: {buffer.Name}\");");
        }
    }
}
