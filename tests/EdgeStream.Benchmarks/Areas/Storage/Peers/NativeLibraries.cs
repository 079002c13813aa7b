using System.Reflection;
using System.Runtime.InteropServices;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>The peers' shared libraries, as Debian packages them.</summary>
internal static class NativeLibraries
{
    /// <summary>The name that imports of SQLite use.</summary>
    public const string Sqlite = "sqlite3";

    /// <summary>The name that imports of RocksDB use.</summary>
    public const string Rocks = "rocksdb";

    /// <summary>The name that imports of LMDB use.</summary>
    public const string Lmdb = "lmdb";

    private static readonly Dictionary<string, (string[] Files, string Package)> Known = new()
    {
        [Sqlite] = (["libsqlite3.so.0"], "libsqlite3-0"),
        [Rocks] = (["librocksdb.so.7.8", "librocksdb.so.8.9", "librocksdb.so.9.10", "librocksdb.so"], "librocksdb-dev"),
        [Lmdb] = (["liblmdb.so.0"], "liblmdb0"),
    };

    /// <summary>Loads them all and lets the imports of this program find them.</summary>
    /// <exception cref="InvalidOperationException">One is missing; the message names the packages.</exception>
    public static void Load()
    {
        var loaded = new Dictionary<string, nint>();
        var missing = new List<string>();
        foreach (var (name, (files, package)) in Known)
        {
            var handle = nint.Zero;
            if (Array.Exists(files, file => NativeLibrary.TryLoad(file, out handle)))
            {
                loaded[name] = handle;
            }
            else
            {
                missing.Add(package);
            }
        }

        if (!File.Exists(JetStreamServer.Program))
        {
            missing.Add("nats-server");
        }

        if (missing.Count > 0)
        {
            throw new InvalidOperationException(
                "Peers of the storage area are missing, and none is left out: "
                + $"sudo apt-get install --no-install-recommends {string.Join(' ', missing)}");
        }

        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(), (name, _, _) => loaded.GetValueOrDefault(name));
    }
}
