using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MPCache.Testing;

/// <summary>Damages bytes as accidents and malice do: fields of all sizes, ranges cut, doubled and zeroed, values of JSON.</summary>
public sealed class Damage(Random random)
{
    private static readonly long[] s_extremes =
    [
        0, 1, -1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1L << 32, 1L << 62, long.MaxValue, long.MinValue,
        int.MinValue,
    ];

    /// <summary>One to four changes of an input.</summary>
    /// <param name="input">What is damaged; it stays as it is.</param>
    /// <param name="header">Bytes at its beginning where most changes fall.</param>
    /// <param name="json">Whether it is JSON.</param>
    public byte[] Of(byte[] input, int header, bool json)
    {
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            input = (json && random.Next(4) > 0 ? OfJson(input) : null) ?? OfBytes(input, header);
        }

        return input;
    }

    private byte[] OfBytes(byte[] bytes, int header)
    {
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        int begin = random.Next(random.Next(10) > 0 ? Math.Min(header, bytes.Length) : bytes.Length);
        double share = random.NextDouble();
        int end = begin + (int)(share * share * share * (bytes.Length - begin));
        byte[] changed = [.. bytes];
        switch (random.Next(8))
        {
            case 0:
                changed[begin] = (byte)random.Next(256);
                return changed;
            case 1:
                changed[begin] ^= (byte)(1 << random.Next(8));
                return changed;
            case 2: // a field
                byte[] field = BitConverter.GetBytes(Extreme());
                field.AsSpan(0, Math.Min(1 << random.Next(4), bytes.Length - begin)).CopyTo(changed.AsSpan(begin));
                return changed;
            case 3:
                return bytes[..begin];
            case 4: // a range is missing
                return [.. bytes[..begin], .. bytes[end..]];
            case 5: // a range comes twice
                return [.. bytes[..end], .. bytes[begin..]];
            case 6:
                changed.AsSpan(begin, end - begin).Clear();
                return changed;
            default: // a number in text
                return [.. bytes[..begin], .. Encoding.ASCII.GetBytes(Extreme().ToString(CultureInfo.InvariantCulture)), .. bytes[begin..]];
        }
    }

    /// <summary>One value of a JSON text is another, missing, or elsewhere too; null where the text is none any more.</summary>
    private byte[]? OfJson(byte[] bytes)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(bytes);
            List<JsonNode> all = [];
            Collect(root, all);
            JsonNode[] holders = [.. all.Where(n => n is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })];
            if (holders.Length == 0)
            {
                return null;
            }

            JsonNode holder = holders[random.Next(holders.Length)], other = all[random.Next(all.Count)];
            JsonNode? value = random.Next(3) == 0 ? other.DeepClone() : Value();
            if (holder is JsonObject o)
            {
                string key = o.ElementAt(random.Next(o.Count)).Key;
                if (random.Next(5) == 0)
                {
                    o.Remove(key);
                }
                else
                {
                    o[random.Next(10) == 0 ? key + "_" : key] = value;
                }
            }
            else if (holder is JsonArray a)
            {
                int at = random.Next(a.Count);
                if (random.Next(4) == 0)
                {
                    a.RemoveAt(at);
                }
                else if (random.Next(3) == 0)
                {
                    a.Insert(at, value);
                }
                else
                {
                    a[at] = value;
                }
            }

            return JsonSerializer.SerializeToUtf8Bytes(root);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private JsonNode? Value() => random.Next(9) switch
    {
        0 => null,
        1 => Extreme(),
        2 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-320, 300)),
        3 => "",
        4 => new string((char)random.Next(0x20, 0x3000), random.Next(1, 40)),
        5 => new JsonArray(),
        6 => new JsonObject(),
        7 => random.Next(2) == 0,
        _ => random.Next(-3, 70),
    };

    private long Extreme() => random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)
        : s_extremes[random.Next(s_extremes.Length)];

    private static void Collect(JsonNode? node, List<JsonNode> all)
    {
        if (node is null || all.Count > 5000)
        {
            return;
        }

        all.Add(node);
        IEnumerable<JsonNode?> inner = node switch
        {
            JsonObject o => o.Select(p => p.Value),
            JsonArray a => a,
            _ => [],
        };
        foreach (JsonNode? child in inner)
        {
            Collect(child, all);
        }
    }
}
