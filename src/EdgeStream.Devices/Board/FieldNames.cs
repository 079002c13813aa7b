using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Gives every value of the board a field name of its own: snake_case, unit last.</summary>
/// <remarks>
/// A name belongs to its owner until it is released, so that hot-plug renames nothing that stays. A taken name gets a
/// number before the quantity: <c>nvme_temperature_celsius</c>, <c>nvme_2_temperature_celsius</c>.
/// </remarks>
internal sealed class FieldNames
{
    private const int SubjectCharsMax = 48;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>
    /// Takes the name that <paramref name="subject"/> and <paramref name="quantity"/> make, or the next free one.
    /// </summary>
    internal JsonEncodedText Take(string subject, string quantity)
    {
        var cleanSubject = Sanitise(subject);
        var name = $"{cleanSubject}_{quantity}";
        for (var number = 2; !_taken.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{cleanSubject}_{number}_{quantity}");
        }

        return JsonEncodedText.Encode(name);
    }

    /// <summary>Takes a whole name that has an owner from the start.</summary>
    internal JsonEncodedText Reserve(string name) =>
        _taken.Add(name)
            ? JsonEncodedText.Encode(name)
            : throw new InvalidOperationException($"The field name {name} is reserved twice.");

    /// <summary>Gives a name back.</summary>
    internal void Release(JsonEncodedText name) => _taken.Remove(name.Value);

    /// <summary>Lower-case ASCII letters and digits; every run of anything else is one underscore.</summary>
    internal static string Sanitise(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (clean.Length >= SubjectCharsMax)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                clean.Append(char.ToLowerInvariant(letter));
            }
            else if (clean.Length > 0 && clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        var name = clean.ToString().TrimEnd('_');
        return name.Length == 0 ? "unnamed" : name;
    }
}
