using System.Text;

namespace EdgeStream.Devices;

/// <summary>A text member that a route adds to each of its records.</summary>
internal sealed class RouteTag
{
    private RouteTag(byte[] name, TextTemplate value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The member's name.</summary>
    internal byte[] Name { get; }

    /// <summary>Its text.</summary>
    internal TextTemplate Value { get; }

    /// <summary>Reads <c>name=text</c>; on false <paramref name="problem"/> says what is wrong.</summary>
    internal static bool TryParse(string text, TopicPattern pattern, out RouteTag? tag, out string problem)
    {
        tag = null;
        var equals = text.IndexOf('=');
        var name = equals < 0 ? "" : text[..equals].Trim();
        if (name.Length == 0 || name.AsSpan().ContainsAny(".[]\"\\") || name.Any(char.IsControl))
        {
            problem = $"'{text}' is no tag; write it like 'site={{site}}', with a name without dots and brackets";
            return false;
        }

        if (!TextTemplate.TryParse(text[(equals + 1)..].Trim(), pattern, out var value, out problem))
        {
            return false;
        }

        tag = new RouteTag(Encoding.UTF8.GetBytes(name), value!);
        return true;
    }
}
