namespace MPCache.BindingGenerator;

/// <summary>A kernel: the one statement of it, from which everything else is written.</summary>
public sealed class Kernel
{
    /// <summary>Understands a function's annotations.</summary>
    /// <exception cref="GeneratorException">An annotation is missing or is not one.</exception>
    public Kernel(Function function)
    {
        Function = function;
        Family = function.Notes.Single(note => note.StartsWith("kernel ", StringComparison.Ordinal))["kernel ".Length..];
        Arguments = [.. function.Parameters.Select(Understand)];
        foreach (string name in Arguments.SelectMany(Names).Where(name => Arguments.All(argument => argument.Name != name)))
        {
            throw new GeneratorException($"{function.Name}: an annotation speaks of '{name}', which is none of its parameters.");
        }
    }

    /// <summary>The function as C has it.</summary>
    public Function Function { get; }

    /// <summary>Names the files that hold it.</summary>
    public string Family { get; }

    /// <summary>All arguments, in order.</summary>
    public IReadOnlyList<Argument> Arguments { get; }

    /// <summary>The buffers.</summary>
    public IEnumerable<Buffer> Buffers => Arguments.OfType<Buffer>();

    /// <summary>The buffers that are written.</summary>
    public IEnumerable<Buffer> Outputs => Buffers.Where(buffer => buffer.Direction != Direction.In);

    /// <summary>Counts that are no distances between rows.</summary>
    public IEnumerable<Count> Sizes =>
        Arguments.OfType<Count>().Where(count => Buffers.All(buffer => buffer.Rows?.Stride != count.Name));

    /// <summary>Numbers within bounds, those first whose bounds are constant.</summary>
    public IEnumerable<Ranged> Numbers =>
        Arguments.OfType<Ranged>().OrderBy(number => number.Least.Variables.Concat(number.Most.Variables).Count());

    /// <summary>Numbers of which a buffer's length depends on more than one: fewer of each are tried together.</summary>
    public bool HasManySizes => Buffers.SelectMany(buffer => buffer.Variables).Distinct().Count() > 1;

    /// <summary>The inputs that an output may be.</summary>
    public IEnumerable<(Buffer Output, Buffer Input)> Aliases =>
        from output in Outputs
        where output.InPlace
        from input in Buffers
        where input.Direction == Direction.In && input.Element == output.Element
        select (output, input);

    /// <summary>The counts that make a buffer empty, and its pointer free to be null, when one of them is zero.</summary>
    public IEnumerable<string> EmptiedBy(Buffer buffer) =>
        buffer.Variables.Where(name => Arguments.OfType<Count>().Any(count => count.Name == name)).Distinct();

    private static IEnumerable<string> Names(Argument argument) => argument switch
    {
        Buffer buffer => [.. buffer.Variables, .. buffer.Rows is { } rows ? new[] { rows.Stride } : [], .. buffer.Bound?.Variables ?? []],
        Ranged number => number.Least.Variables.Concat(number.Most.Variables),
        Count { LengthOf: { } name } => [name],
        _ => [],
    };

    private Argument Understand(Parameter parameter)
    {
        Dictionary<string, string> notes =
            parameter.Notes.Select(note => note.Split(' ', 2)).ToDictionary(note => note[0], note => note.Length > 1 ? note[1] : "");
        GeneratorException Missing(string what) => new($"{Function.Name}: parameter '{parameter.Name}' ({parameter.Type}) {what}.");
        if (parameter.Type.EndsWith('*'))
        {
            (string Note, Direction Direction)[] directions = [("in", Direction.In), ("out", Direction.Out), ("inout", Direction.InOut)];
            (string note, Direction direction) =
                directions.FirstOrDefault(pair => notes.ContainsKey(pair.Note) || notes.ContainsKey(pair.Note + "_rows"));
            if (note is null)
            {
                throw Missing("needs MPC_IN, MPC_OUT or MPC_INOUT with its length");
            }

            if (direction == Direction.In != parameter.Type.StartsWith("const ", StringComparison.Ordinal))
            {
                throw Missing("is const and written, or neither");
            }

            string[]? rows = notes.TryGetValue(note + "_rows", out string? shape) ? shape.Split(", ") : null;
            string? bound = notes.GetValueOrDefault("below") ?? notes.GetValueOrDefault("trust_below");
            return new Buffer(
                parameter.Name,
                parameter.Type,
                direction,
                rows is null ? new Expression(notes[note]) : null,
                rows is null ? null : new Rows(rows[0], rows[1], rows[2]))
            {
                InPlace = notes.ContainsKey("in_place"),
                Bound = bound is null ? null : new Expression(bound),
                BoundIsChecked = notes.ContainsKey("below"),
                IsPublic = notes.ContainsKey("public"),
                IsOwnAddress = notes.ContainsKey("own_address"),
            };
        }

        if (notes.TryGetValue("range", out string? range))
        {
            string[] ends = range.Split(", ", 2);
            return new Ranged(parameter.Name, parameter.Type, new Expression(ends[0]), new Expression(ends[1]));
        }

        return parameter.Type switch
        {
            "int64_t" => new Count(parameter.Name, parameter.Type, notes.GetValueOrDefault("length_of")),
            "uint64_t" => new Word(parameter.Name, parameter.Type, notes.ContainsKey("public")),
            _ => throw Missing("needs MPC_RANGE"),
        };
    }
}
