using System.Text;

namespace EdgeStream.Gateway.Config;

/// <summary>Replaces <c>${NAME}</c> in a value by the environment variable, so that secrets need not stand in the
/// file.</summary>
internal static class EnvironmentText
{
    /// <summary>Replaces every <c>${NAME}</c>; <c>$${</c> stands for a plain <c>${</c>.</summary>
    /// <returns>Null when all is well, else what is wrong.</returns>
    public static string? Expand(string text, Func<string, string?> environment, out string expanded)
    {
        expanded = text;
        if (!text.Contains("${", StringComparison.Ordinal))
        {
            return null;
        }

        var result = new StringBuilder();
        var position = 0;
        while (text.IndexOf("${", position, StringComparison.Ordinal) is var start and >= 0)
        {
            if (start > position && text[start - 1] == '$')
            {
                result.Append(text, position, start - 1 - position).Append("${");
                position = start + 2;
                continue;
            }

            var end = text.IndexOf('}', start);
            if (end < 0)
            {
                return $"'{text}' lacks the closing brace of '${{NAME}}'";
            }

            var name = text[(start + 2)..end];
            if (environment(name) is not { } value)
            {
                return $"the environment variable '{name}' is not set";
            }

            result.Append(text, position, start - position).Append(value);
            position = end + 1;
        }

        expanded = result.Append(text, position, text.Length - position).ToString();
        return null;
    }
}
