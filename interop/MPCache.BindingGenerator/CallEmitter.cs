namespace MPCache.BindingGenerator;

/// <summary>Every kernel as a call with buffers of its own, for the tests and the benchmarks in C#, and its cases.</summary>
public sealed class CallEmitter(HeaderModel model, ResponseFile options, Names names)
{
    /// <summary>File name and contents.</summary>
    public (string Name, string Text) Emit()
    {
        Code code = new();
        code.Line($"namespace {options.TestNamespace};").Line();
        code.Line("/// <summary>The cases of every kernel.</summary>");
        code.Block("internal static class KernelCases", () =>
        {
            code.Line("/// <summary>Sizes of kernels that have one.</summary>");
            code.Line($"public static readonly int[] One = [{string.Join(", ", CaseSizes.One)}];").Line();
            code.Line("/// <summary>Sizes of kernels that have several.</summary>");
            code.Line($"public static readonly int[] Several = [{string.Join(", ", CaseSizes.Several)}];").Line();
            code.Line("/// <summary>A range up to this many values is tried whole.</summary>");
            code.Line($"public const int Whole = {CaseSizes.Whole};").Line();
            code.Line("/// <summary>By the kernel's name; the same data give the same cases.</summary>");
            code.Block("public static readonly Dictionary<string, Func<Data, IEnumerable<KernelCall>>> All = new()", () =>
            {
                foreach (Kernel kernel in model.Kernels)
                {
                    code.Line($"[\"{Name(kernel)}\"] = {Name(kernel)}Call.Cases,");
                }
            }, "};");
        });
        foreach (Kernel kernel in model.Kernels)
        {
            code.Line().Line($"/// <summary>A call of <see cref=\"Kernel.{Name(kernel)}\"/>.</summary>");
            code.Block($"internal sealed class {Name(kernel)}Call : KernelCall", () => Body(code, kernel));
        }

        return ("KernelCases.g.cs", DeclarationEmitter.Banner(options) + code);
    }

    private string Name(Kernel kernel) => names.Pascal(kernel.Function.Name);

    private string Property(Argument argument)
    {
        string camel = names.Camel(argument.Name).TrimStart('@');
        return char.ToUpperInvariant(camel[0]) + camel[1..];
    }

    private string TypeOf(Argument argument) => argument switch
    {
        Buffer buffer when options.Classes.TryGetValue(buffer.Element, out string? type) => type,
        Buffer buffer => $"{names.Type(buffer.Element)}[]",
        Count => "int",
        _ => names.Type(argument.Type),
    };

    private string Length(Buffer buffer) => buffer.Rows is { } rows
        ? $"Extent({names.Camel(rows.Count)}, {names.Camel(rows.Columns)}, {names.Camel(rows.Stride)})"
        : buffer.Length!.CSharp(names);

    /// <summary>Bytes of a buffer; what is read and written counts twice.</summary>
    private string Traffic(Buffer buffer) =>
        $"{(buffer.Direction == Direction.InOut ? "2L * " : "")}sizeof({names.Type(buffer.Element)}) * ({Length(buffer)})";

    private void Body(Code code, Kernel kernel)
    {
        Argument[] scalars = [.. kernel.Arguments.Where(argument => argument is not Buffer)];
        string parameters = string.Join(", ", scalars.Select(s => $"{TypeOf(s)} {names.Camel(s.Name)}"));
        bool aliases = kernel.Aliases.Any();
        code.Block($"public {Name(kernel)}Call(Data data, {parameters}{(aliases ? ", string inPlaceOf = \"\"" : "")})", () =>
        {
            foreach (Argument argument in scalars)
            {
                code.Line($"{Property(argument)} = {names.Camel(argument.Name)};");
            }

            foreach (Buffer buffer in kernel.Buffers)
            {
                code.Line($"{Property(buffer)} = {Fill(kernel, buffer)};");
            }

            IEnumerable<Buffer> plain = kernel.Buffers.Where(buffer => !options.Classes.ContainsKey(buffer.Element));
            code.Line($"Traffic = {string.Join(" + ", plain.Select(Traffic))};");
        });
        foreach (Argument argument in kernel.Arguments)
        {
            code.Line().Line($"public {TypeOf(argument)} {Property(argument)} {{ get; }}");
        }

        code.Line().Line($"public override IReadOnlyList<Array> Outputs => [{string.Join(", ", kernel.Outputs.Select(Property))}];").Line();
        IEnumerable<string> arguments = kernel.Arguments.Where(a => a is not Count { LengthOf: not null }).Select(argument =>
            kernel.Arguments.OfType<Count>().FirstOrDefault(count => count.LengthOf == argument.Name) is { } count
                ? $"{Property(argument)}.AsSpan(0, {Property(count)})"
                : Property(argument));
        code.Line($"public override void Run() => Kernel.{Name(kernel)}({string.Join(", ", arguments)});").Line();
        code.Block("public static IEnumerable<KernelCall> Cases(Data data)", () => Loops(code, kernel, scalars));
    }

    private string Fill(Kernel kernel, Buffer buffer)
    {
        if (options.Classes.TryGetValue(buffer.Element, out string? type))
        {
            return $"new {type}(data.Bytes(16))";
        }

        string element = names.Type(buffer.Element);
        string fresh = buffer.Direction != Direction.In ? $"data.Of<{element}>(({Length(buffer)}) + Guard)"
            : buffer.Bound is { } bound ? $"data.Below<{element}>({Length(buffer)}, {bound.CSharp(names)})"
            : $"data.Of<{element}>({Length(buffer)})";
        return kernel.Aliases.Any(alias => alias.Input == buffer)
            ? $"inPlaceOf == \"{buffer.Name}\" ? {Property(kernel.Outputs.First())} : {fresh}"
            : fresh;
    }

    private void Loops(Code code, Kernel kernel, Argument[] scalars)
    {
        foreach (Count size in kernel.Sizes)
        {
            code.Line($"foreach (int {names.Camel(size.Name)} in KernelCases.{(kernel.HasManySizes ? "Several" : "One")})");
        }

        foreach (Ranged number in kernel.Numbers)
        {
            string type = names.Type(number.Type), ends = $"{number.Least.CSharp(names)}, {number.Most.CSharp(names)}";
            code.Line($"foreach ({type} {names.Camel(number.Name)} in data.Values<{type}>({ends}))");
        }

        code.Block("", () =>
        {
            foreach (Buffer buffer in kernel.Buffers.Where(buffer => buffer.Bound is not null))
            {
                code.Block($"if ({buffer.Bound!.CSharp(names)} == 0 && {Length(buffer)} != 0)", () => code.Line("continue;")).Line();
            }

            IEnumerable<string> values = scalars.Select(scalar => scalar switch
            {
                Word => "data.Word()",
                Count count when kernel.Buffers.FirstOrDefault(b => b.Rows?.Stride == count.Name) is { } buffer =>
                    $"{names.Camel(buffer.Rows!.Columns)} + data.Int(0, 3)",
                _ => names.Camel(scalar.Name),
            });
            string call = $"new {Name(kernel)}Call(data, {string.Join(", ", values)}";
            code.Line($"yield return {call});");
            foreach ((_, Buffer input) in kernel.Aliases)
            {
                code.Line($"yield return {call}, \"{input.Name}\");");
            }
        });
    }
}
