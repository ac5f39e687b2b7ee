using System.Buffers;
using MPCache.Models.Storage;

namespace MPCache.Models;

/// <summary>One role's tensor: a checked stored tensor and the way to read it in the model's own order.</summary>
internal sealed class TensorView
{
    private readonly StoredTensor stored;
    private readonly TensorPlace place;
    private readonly int rows;
    private readonly int columns;
    private readonly int headDim;

    /// <exception cref="ModelFormatException">The stored type or shape is not the one that the sizes ask for.</exception>
    public TensorView(StoredTensor stored, TensorPlace place, ModelConfig config, TensorRole role)
    {
        this.stored = stored;
        this.place = place;
        (rows, columns) = config.ShapeOf(role);
        headDim = config.HeadDim;

        if (stored.Type == StorageType.Opaque)
        {
            throw new ModelFormatException(stored.File.Path, "its numbers are of a type that is not supported", stored.Name,
                "Convert the model to F32, F16 or BF16");
        }

        long storedRows = place.Of == 0 ? rows : place.Of;
        long[] expected = columns == 1 ? [storedRows] : place.Transposed ? [columns, storedRows] : [storedRows, columns];
        if (!stored.Shape.SequenceEqual(expected))
        {
            throw new ModelFormatException(stored.File.Path,
                $"its shape is {stored.ShapeText}, where the model's sizes ask for [{string.Join(", ", expected)}]", stored.Name);
        }

        if ((long)rows * columns > Array.MaxLength)
        {
            throw new ModelFormatException(
                stored.File.Path,
                $"its {(long)rows * columns} numbers are more than one array can hold",
                stored.Name);
        }
    }

    /// <summary>A stored vector of F32 numbers as it lies in the file.</summary>
    public static float[] ReadVector(StoredTensor stored)
    {
        byte[] bytes = new byte[stored.Bytes];
        stored.File.Read(stored.Offset, bytes);
        float[] result = new float[stored.Shape[0]];
        Dequantiser.Read(stored.Type, bytes, result);
        return result;
    }

    /// <summary>The tensor in fp32, output rows x input columns.</summary>
    public float[] Read()
    {
        var result = new float[rows * columns];
        if (columns == 1)
        {
            ReadVector(result);
        }
        else if (place.Transposed)
        {
            ReadTransposed(result);
        }
        else
        {
            ReadRows(result);
        }

        return result;
    }

    private void ReadVector(float[] result)
    {
        // A vector is one stored row. Of a fused one only a part is wanted, and parts need not begin at a block: read it whole.
        var whole = new float[stored.Shape[0]];
        ReadStored(0, whole);
        for (var row = 0; row < rows; row++)
        {
            result[row] = whole[place.First + SourceRow(row)] + (place.LessOne ? 1 : 0);
        }
    }

    private void ReadRows(float[] result)
    {
        for (var row = 0; row < rows; row++)
        {
            ReadStored(place.First + (long)SourceRow(row), result.AsSpan(row * columns, columns));
        }
    }

    private void ReadTransposed(float[] result)
    {
        var line = new float[stored.Shape[1]];
        var begin = place.First;
        for (var column = 0; column < columns; column++)
        {
            ReadStored(column, line);
            for (var row = 0; row < rows; row++)
            {
                result[row * columns + column] = line[begin + row];
            }
        }
    }

    private int SourceRow(int row) => place.Interleaved ? InterleavedRow(row) : row;

    /// <summary>Where a GGUF keeps the row that is number <paramref name="row"/> in halves order: i at 2i, i + d/2 at 2i + 1.</summary>
    private int InterleavedRow(int row)
    {
        var (head, within) = Math.DivRem(row, headDim);
        var half = headDim / 2;
        return head * headDim + (within < half ? 2 * within : 2 * (within - half) + 1);
    }

    private void ReadStored(long row, Span<float> destination)
    {
        var bytes = (int)StoredTensor.RowBytes(stored.Type, destination.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            stored.File.Read(stored.Offset + row * bytes, buffer.AsSpan(0, bytes));
            Dequantiser.Read(stored.Type, buffer.AsSpan(0, bytes), destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
