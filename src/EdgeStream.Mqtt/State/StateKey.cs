using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EdgeStream.Mqtt;

/// <summary>The key of an entry of the state.</summary>
/// <remarks>
/// As text: <c>retained/&lt;topic&gt;</c>, <c>session/&lt;client&gt;</c>, <c>outbound/&lt;order, 16 hex
/// digits&gt;/&lt;client&gt;</c>,
/// <c>inbound/&lt;packet identifier, 4 hex digits&gt;/&lt;client&gt;</c>, <c>will/&lt;client&gt;</c>, <c>clock</c>.
/// Frozen: it is on disks.
/// </remarks>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">The topic or the client identifier.</param>
/// <param name="Number">The order or the packet identifier; else zero.</param>
internal readonly record struct StateKey(StateKind Kind, string Name, long Number)
{
    private const string RetainedPrefix = "retained/";
    private const string SessionPrefix = "session/";
    private const string OutboundPrefix = "outbound/";
    private const string InboundPrefix = "inbound/";
    private const string WillPrefix = "will/";
    private const string ClockText = "clock";
    private const int OrderDigits = 16;
    private const int PacketIdDigits = 4;

    public override string ToString() => Kind switch
    {
        StateKind.Retained => RetainedPrefix + Name,
        StateKind.Session => SessionPrefix + Name,
        StateKind.Outbound => $"{OutboundPrefix}{Number:x16}/{Name}",
        StateKind.Will => WillPrefix + Name,
        StateKind.Clock => ClockText,
        _ => $"{InboundPrefix}{Number:x4}/{Name}",
    };

    internal static bool TryParse(string text, [NotNullWhen(true)] out StateKey? key)
    {
        key = null;
        if (text.StartsWith(RetainedPrefix, StringComparison.Ordinal))
        {
            key = new StateKey(StateKind.Retained, text[RetainedPrefix.Length..], 0);
        }
        else if (text.StartsWith(SessionPrefix, StringComparison.Ordinal))
        {
            key = new StateKey(StateKind.Session, text[SessionPrefix.Length..], 0);
        }
        else if (text.StartsWith(OutboundPrefix, StringComparison.Ordinal))
        {
            key = ParseNumbered(StateKind.Outbound, text.AsSpan(OutboundPrefix.Length), OrderDigits);
        }
        else if (text.StartsWith(InboundPrefix, StringComparison.Ordinal))
        {
            key = ParseNumbered(StateKind.Inbound, text.AsSpan(InboundPrefix.Length), PacketIdDigits);
        }
        else if (text.StartsWith(WillPrefix, StringComparison.Ordinal))
        {
            key = new StateKey(StateKind.Will, text[WillPrefix.Length..], 0);
        }
        else if (text == ClockText)
        {
            key = new StateKey(StateKind.Clock, "", 0);
        }

        return key is not null;
    }

    private static StateKey? ParseNumbered(StateKind kind, ReadOnlySpan<char> rest, int digits)
    {
        if (rest.Length <= digits
            || rest[digits] != '/'
            || !long.TryParse(
                rest[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        return new StateKey(kind, rest[(digits + 1)..].ToString(), number);
    }
}
