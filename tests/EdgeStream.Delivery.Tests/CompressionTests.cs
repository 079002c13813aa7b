using System.Buffers;
using System.IO.Compression;
using System.Text;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.Delivery.Tests;

public class CompressionTests(ITestOutputHelper output)
{
    private static readonly CompressionKind[] Kinds = Enum.GetValues<CompressionKind>();

    [Fact]
    public void Snappy_blocks_are_these_bytes()
    {
        Assert.Equal("00", Compressed(""));
        Assert.Equal("01" + "0061", Compressed("a"));
        Assert.Equal("0B28" + "68656C6C6F2068656C6C6F", Compressed("hello hello"));
        Assert.Equal("64" + "0061" + "FE0100" + "8A0100", Compressed(new string('a', 100)));
    }

    [Fact]
    public void Snappy_blocks_expand_to_what_was_compressed()
    {
        var random = TestSeed.Create(output.WriteLine);
        var encoder = new SnappyEncoder();
        for (var i = 0; i < 300; i++)
        {
            var source = Sample(random, random.Next(i < 100 ? 100 : 200_000));
            var target = new byte[SnappyEncoder.SizeBytesMax(source.Length)];
            var size = encoder.Compress(source, target);
            Assert.Equal(source, SnappyDecoder.Expand(target.AsSpan(0, size)));
        }
    }

    [Fact]
    public void Every_kind_expands_to_what_was_written_piece_by_piece()
    {
        var random = TestSeed.Create(output.WriteLine);
        foreach (var kind in Kinds)
        {
            for (var i = 0; i < 8; i++)
            {
                var source = Sample(random, i == 0 ? 0 : random.Next(300_000));
                Assert.Equal(source, Expand(kind, Pack(kind, source, random)));
            }
        }
    }

    [Fact]
    public void An_archive_has_one_entry_and_no_date()
    {
        var packed = Pack(CompressionKind.Zip, "one\n"u8.ToArray(), new Random(1));
        using var archive = new ZipArchive(new MemoryStream(packed));
        var entry = Assert.Single(archive.Entries);
        Assert.Equal(("b-s-1.jsonl", 4L), (entry.FullName, entry.Length));
        Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime);
        using var reader = new StreamReader(entry.Open());
        Assert.Equal("one\n", reader.ReadToEnd());
    }

    [Fact]
    public async Task Tools_of_other_makers_expand_what_was_written()
    {
        using var folder = new TemporaryFolder();
        var random = TestSeed.Create(output.WriteLine);
        var source = Sample(random, 200_000);
        File.WriteAllBytes(folder.Combine("source"), source);
        foreach (var kind in Kinds)
        {
            File.WriteAllBytes(
                folder.Combine(CompressionForm.WordOf(kind)), Pack(kind, source, random));
        }

        var expanded = await NodePackages.RunAsync("expand.mjs", folder.Path);
        Assert.True(expanded.ExitCode == 0, expanded.ToString());
        Assert.Equal("zip snappy hadoop-snappy zstd", expanded.Output.Trim());
    }

    [Fact]
    public void Zstandard_is_refused_where_there_is_no_library()
    {
        Assert.Null(ZstandardLibrary.TryLoad("libnothing-of-that-name.so.9"));
        Assert.Null(CompressionForm.ProblemOf(CompressionKind.Zstandard, hasZstandard: true));
        Assert.Contains(
            "install libzstd1",
            CompressionForm.ProblemOf(CompressionKind.Zstandard, hasZstandard: false),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Words_stand_for_their_kinds() => Assert.All(Kinds, kind =>
    {
        Assert.True(CompressionForm.TryParse(CompressionForm.WordOf(kind), out var found));
        Assert.Equal(kind, found);
    });

    private static string Compressed(string text)
    {
        var source = Encoding.UTF8.GetBytes(text);
        var target = new byte[SnappyEncoder.SizeBytesMax(source.Length)];
        return Convert.ToHexString(target.AsSpan(0, new SnappyEncoder().Compress(source, target)));
    }

    private static byte[] Sample(Random random, int length)
    {
        var bytes = new byte[length];
        var shape = random.Next(4);
        for (var i = 0; i < length; i++)
        {
            bytes[i] = shape switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)random.Next(3),
                2 => (byte)(i % 97),
                _ => i > 70 && random.Next(40) != 0 ? bytes[i - 1 - random.Next(70)] : (byte)i,
            };
        }

        return bytes;
    }

    private static byte[] Pack(CompressionKind kind, byte[] source, Random random)
    {
        using var blocks = new BlockBuffer();
        using (var packing = CompressionForm.Open(kind, blocks, "b-s-1.jsonl"))
        {
            for (var at = 0; at < source.Length;)
            {
                var part = Math.Min(source.Length - at, random.Next(100_000));
                (packing ?? blocks).Write(source, at, part);
                at += part;
            }
        }

        return blocks.Content().ToArray();
    }

    private static byte[] Expand(CompressionKind kind, byte[] packed)
    {
        switch (kind)
        {
            case CompressionKind.Gzip:
                using (var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
                {
                    return AllOf(gzip);
                }

            case CompressionKind.Zip:
                using (var archive = new ZipArchive(new MemoryStream(packed)))
                using (var entry = archive.Entries.Single().Open())
                {
                    return AllOf(entry);
                }

            case CompressionKind.Snappy or CompressionKind.HadoopSnappy:
                return SnappyDecoder.ExpandStream(packed, kind == CompressionKind.HadoopSnappy);
            case CompressionKind.Zstandard:
                return ZstandardDecoder.Expand(packed);
            default:
                return packed;
        }
    }

    private static byte[] AllOf(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
