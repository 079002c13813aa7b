using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Brings texts into the normal form NFKC, which the framework does not do without ICU.</summary>
/// <remarks>Unicode Standard Annex 15, "Unicode Normalization Forms"; Hangul by the arithmetic of chapter 3.12 of the
/// standard.</remarks>
/// <param name="tables">What is known of characters.</param>
internal sealed class CompatibilityForm(UnicodeTables tables)
{
    private const int SyllableFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;

    /// <summary>One before the first: 0 is a syllable without.</summary>
    private const int TrailBefore = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;

    /// <summary>The normal form of a text.</summary>
    public string Of(string text)
    {
        var characters = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, characters);
        }

        Order(characters);
        Compose(characters);
        var normal = new StringBuilder(characters.Count);
        foreach (var character in characters)
        {
            normal.Append(new Rune(character).ToString());
        }

        return normal.ToString();
    }

    private void Decompose(int character, List<int> characters)
    {
        if (character - SyllableFirst is >= 0 and < SyllableCount and var syllable)
        {
            characters.Add(LeadFirst + (syllable / (VowelCount * TrailCount)));
            characters.Add(VowelFirst + (syllable / TrailCount % VowelCount));
            if (syllable % TrailCount is > 0 and var trail)
            {
                characters.Add(TrailBefore + trail);
            }

            return;
        }

        var parts = tables.Decompose(character);
        characters.AddRange(parts.IsEmpty ? [character] : parts);
    }

    /// <summary>Puts the marks of each character into their order; those of one class keep theirs.</summary>
    private void Order(List<int> characters)
    {
        for (var i = 1; i < characters.Count; i++)
        {
            var mark = characters[i];
            var place = tables.ClassOf(mark);
            var at = i;
            for (; place > 0 && at > 0 && tables.ClassOf(characters[at - 1]) > place; at--)
            {
                characters[at] = characters[at - 1];
            }

            characters[at] = mark;
        }
    }

    /// <summary>Joins each character with the marks behind it that no other of their class keeps from it.</summary>
    private void Compose(List<int> characters)
    {
        var starter = -1;
        var lastClass = 0;
        var length = 0;
        for (var i = 0; i < characters.Count; i++)
        {
            var character = characters[i];
            var place = tables.ClassOf(character);
            var isNext = length == starter + 1;
            if (starter >= 0 && (isNext || (lastClass < place && lastClass != 0))
                && Join(characters[starter], character) is { } composite)
            {
                characters[starter] = composite;
                continue;
            }

            if (place == 0)
            {
                starter = length;
            }

            lastClass = place;
            characters[length++] = character;
        }

        characters.RemoveRange(length, characters.Count - length);
    }

    private int? Join(int first, int second)
    {
        if (first - LeadFirst is >= 0 and < LeadCount and var lead
            && second - VowelFirst is >= 0 and < VowelCount and var vowel)
        {
            return SyllableFirst + (((lead * VowelCount) + vowel) * TrailCount);
        }

        return first - SyllableFirst is >= 0 and < SyllableCount and var syllable && syllable % TrailCount == 0
            && second - TrailBefore is > 0 and < TrailCount and var trail
                ? first + trail : tables.Compose(first, second);
    }
}
