namespace MPCache.BindingGenerator;

/// <summary>The kernels as C# calls them, a file a family: checks, then the C kernel or its managed twin.</summary>
public sealed class WrapperEmitter(HeaderModel model, ResponseFile options, Names names)
{
    /// <summary>File names and contents.</summary>
    public IEnumerable<(string Name, string Text)> Emit() =>
        model.Kernels.GroupBy(kernel => kernel.Family)
            .Select(family => ($"{options.KernelClassName}.{names.Pascal(family.Key)}.g.cs", Family(family)));

    private string Family(IGrouping<string, Kernel> family)
    {
        Code code = new();
        code.Line($"using {options.Namespace};").Line().Line($"namespace {options.KernelNamespace};").Line();
        code.Line($"/// <content>The family {family.Key}.</content>");
        code.Block($"public static unsafe partial class {options.KernelClassName}", () =>
        {
            foreach (Kernel kernel in family)
            {
                code.Line(kernel == family.First() ? null : "");
                Wrapper(code, kernel);
            }
        });
        return DeclarationEmitter.Banner(options) + code;
    }

    private void Wrapper(Code code, Kernel kernel)
    {
        string summary = names.InText(kernel.Function.Comment, kernel.Arguments.Select(argument => argument.Name));
        code.Words("/// ", $"<summary>{Xml(summary)}</summary>");
        foreach (Argument argument in kernel.Arguments.Where(argument => argument is not Count { LengthOf: not null }))
        {
            code.Words("/// ", $"<param name=\"{names.Camel(argument.Name)}\">{Xml(Document(argument))}</param>");
        }

        code.Line("/// <exception cref=\"ArgumentException\">A buffer is shorter than said, or a number out of its range.</exception>");
        IEnumerable<string> parameters = kernel.Arguments
            .Where(argument => argument is not Count { LengthOf: not null })
            .Select(argument => $"{TypeOf(argument)} {names.Camel(argument.Name)}");
        code.Block($"public static void {names.Pascal(kernel.Function.Name)}({string.Join(", ", parameters)})", () =>
        {
            foreach (string check in Checks(kernel))
            {
                code.Line(check);
            }

            foreach (Buffer buffer in kernel.Buffers.Where(buffer => !IsClass(buffer)))
            {
                code.Line($"fixed ({names.Type(buffer.Element)}* {At(buffer)} = {names.Camel(buffer.Name)})");
            }

            code.Block("", () =>
            {
                code.Block("if (KernelSelection.IsNative)", () => code.Line($"Check.Ok(NativeMethods.{Call(kernel, native: true)});"));
                code.Block("else", () => code.Line($"Managed{names.Pascal(kernel.Family)}.{Call(kernel, native: false)};"));
            });
        });
    }

    private IEnumerable<string> Checks(Kernel kernel)
    {
        foreach (Buffer buffer in kernel.Buffers.Where(IsClass))
        {
            yield return $"ArgumentNullException.ThrowIfNull({names.Camel(buffer.Name)});";
        }

        foreach (Count count in kernel.Arguments.OfType<Count>().Where(count => count.LengthOf is null))
        {
            yield return $"Check.Count({names.Camel(count.Name)}, nameof({names.Camel(count.Name)}));";
        }

        foreach (Ranged number in kernel.Numbers)
        {
            string name = names.Camel(number.Name);
            yield return $"Check.Range({name}, {number.Least.CSharp(names)}, {number.Most.CSharp(names)}, nameof({name}));";
        }

        foreach (Buffer buffer in kernel.Buffers.Where(buffer => !IsClass(buffer) && !IsWhole(kernel, buffer)))
        {
            string name = names.Camel(buffer.Name);
            if (buffer.Rows is { } rows)
            {
                string stride = names.Camel(rows.Stride), shape = $"{names.Camel(rows.Count)}, {names.Camel(rows.Columns)}, {stride}";
                yield return $"Check.Matrix({name}.Length, {shape}, nameof({name}), nameof({stride}));";
                continue;
            }

            yield return $"Check.Length({name}.Length, {buffer.Length!.CSharp(names)}, nameof({name}));";
        }

        foreach (Buffer buffer in kernel.Buffers.Where(buffer => buffer.BoundIsChecked))
        {
            string name = names.Camel(buffer.Name);
            yield return $"Check.Below({name}[..{buffer.Length!.CSharp(names)}], {buffer.Bound!.CSharp(names)}, nameof({name}));";
        }
    }

    private string Call(Kernel kernel, bool native)
    {
        IEnumerable<string> arguments = kernel.Arguments.Select(argument => argument switch
        {
            Buffer buffer when IsClass(buffer) => names.Camel(buffer.Name) + (native ? ".Native" : ""),
            Buffer buffer => At(buffer),
            Count { LengthOf: { } whole } => $"{names.Camel(whole)}.Length",
            _ => names.Camel(argument.Name),
        });
        return $"{names.Pascal(kernel.Function.Name)}({string.Join(", ", arguments)})";
    }

    private string TypeOf(Argument argument) => argument switch
    {
        Buffer buffer when IsClass(buffer) => options.Classes[buffer.Element],
        Buffer buffer => $"{(buffer.Direction == Direction.In ? "ReadOnlySpan" : "Span")}<{names.Type(buffer.Element)}>",
        Count => "int",
        _ => names.Type(argument.Type),
    };

    private string Document(Argument argument)
    {
        switch (argument)
        {
            case Buffer buffer when IsClass(buffer):
                return "The key.";
            case Buffer buffer:
                string direction = buffer.Direction switch { Direction.In => "Read", Direction.Out => "Written", _ => "Read and written" };
                string shape = buffer.Rows is { } rows
                    ? $"{names.Camel(rows.Count)} rows of {names.Camel(rows.Columns)}, {names.Camel(rows.Stride)} apart"
                    : $"{buffer.Length!.Plain(names)} elements";
                return $"{direction}: {shape}."
                    + (buffer.Bound is { } bound ? $" Each below {bound.Plain(names)}{(buffer.BoundIsChecked ? "" : ", unchecked")}." : "")
                    + (buffer.InPlace ? " May be one of the inputs of its type." : "")
                    + (buffer.IsPublic ? " Opened: known to both parties." : "")
                    + (buffer.IsOwnAddress ? " Secret from the other party, and an address: this machine's caches may tell of it." : "");
            case Ranged number:
                return $"{number.Least.Plain(names)} to {number.Most.Plain(names)}.";
            case Count:
                return "A count or a distance, at least 0.";
            case Word { IsPublic: true }:
                return "Any word; public.";
            default:
                return "Any word.";
        }
    }

    private bool IsClass(Buffer buffer) => options.Classes.ContainsKey(buffer.Element);

    private static string Xml(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static bool IsWhole(Kernel kernel, Buffer buffer) =>
        kernel.Arguments.OfType<Count>().Any(count => count.LengthOf == buffer.Name);

    private string At(Buffer buffer) => names.Camel(buffer.Name).TrimStart('@') + "At";
}
