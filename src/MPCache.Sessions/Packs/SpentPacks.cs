using Microsoft.Data.Sqlite;

namespace MPCache.Sessions;

/// <summary>
/// The packs that this user's processes have begun, audited or given away: a file of its own, apart from the packs, so that packs that
/// are copied back from somewhere stay spent. A mark is on the disk when the call returns (SQLite, synchronous EXTRA).
/// </summary>
/// <param name="path">The file.</param>
public sealed class SpentPacks(string path)
{
    /// <summary>In MPCACHE_CACHE, or mpcache in the platform's folder for such files.</summary>
    public static SpentPacks Standard => new(Path.Combine(MaskedWeightsFile.DefaultFolder, "spent-packs.db"));

    /// <summary>Marks a pack; false where it is marked already, whoever did it and however close.</summary>
    /// <param name="id">The pack.</param>
    /// <param name="side">Whose part: client and server may be one user.</param>
    /// <param name="use">What for.</param>
    /// <exception cref="IOException">The mark could not be made: the pack must not be begun.</exception>
    public bool Mark(string id, string side, string use) => Do(connection =>
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT OR IGNORE INTO spent (id, side, use, at) VALUES ($id, $side, $use, $at)";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$side", side);
        command.Parameters.AddWithValue("$use", use);
        command.Parameters.AddWithValue("$at", DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        return command.ExecuteNonQuery() == 1;
    });

    /// <summary>What a pack was spent for; null where it is unused.</summary>
    public string? Use(string id, string side) => Do(connection =>
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT use FROM spent WHERE id = $id AND side = $side";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$side", side);
        return (string?)command.ExecuteScalar();
    });

    private T Do<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
            {
                PrivateFile.WriteNew(path, []); // the owner's alone
            }

            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false
            }.ToString());
            connection.Open();
            using (SqliteCommand set = connection.CreateCommand())
            {
                // EXTRA: also the folder is on the disk when a transaction has ended (https://www.sqlite.org/pragma.html#pragma_synchronous).
                set.CommandText = "PRAGMA synchronous = EXTRA; CREATE TABLE IF NOT EXISTS spent "
                    + "(id TEXT, side TEXT, use TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (id, side)) WITHOUT ROWID";
                set.ExecuteNonQuery();
            }

            return work(connection);
        }
        catch (SqliteException e)
        {
            throw new IOException($"The list of spent packs, {path}, cannot be used: {e.Message} Free some space, or make the folder one "
                + $"that can be written; do not remove the list. No pack was begun.", e);
        }
    }
}
