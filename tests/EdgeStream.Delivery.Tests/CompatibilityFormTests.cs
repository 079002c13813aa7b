using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeStream.Delivery.Tests;

/// <summary>The normal form NFKC, held against hashes of what another implementation gives (Python's
/// <c>unicodedata</c> of Unicode 14.0).</summary>
public sealed class CompatibilityFormTests
{
    private readonly CompatibilityForm _form = new(new UnicodeTables());

    [Fact]
    public void Every_character_alone_is_as_Unicode_has_it()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (Rune.IsValid(value))
            {
                Add(hash, new Rune(value));
            }
        }

        Assert.Equal(
            "06e7277bca1b5f061a23d4e0caee648a132aee7e3fe7ae21a6f460298c980a11",
            Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void Marks_are_ordered_and_composed_behind_every_kind_of_character()
    {
        int[] bases =
            [0x41, 0x61, 0x6F, 0xE9, 0x1100, 0xAC00, 0x11A8, 0x915, 0x6E, 0xFB01, 0x1E9B, 0x30AB];
        var tables = new UnicodeTables();
        int[] marks =
        [
            .. Enumerable.Range(0, 0x110000).Where(value => tables.ClassOf(value) > 0), 0x1161, 0x11A8, 0x3099, 0x1175,
        ];
        Assert.Equal(912 + 4, marks.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var first in bases)
        {
            foreach (var mark in marks)
            {
                foreach (var last in (int[])[0x301, 0x323, 0x345, 0x3099, 0x9BE])
                {
                    Add(hash, new Rune(first), new Rune(mark), new Rune(last));
                }
            }
        }

        Assert.Equal(
            "d663bfc1683c19af404ee6745ece9cbce2b27ffa221e4947cb67fd666b32f63c",
            Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void What_is_normal_stays() =>
        Assert.Equal("gr\u00FC\u00DF \uD55C\uAE00 1/2", _form.Of("gr\u00FC\u00DF \uD55C\uAE00 1/2"));

    private void Add(IncrementalHash hash, params Rune[] runes)
    {
        var text = string.Concat(runes.Select(rune => rune.ToString()));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_form.Of(text)}\n")));
    }
}
