using System.Text;

namespace EdgeStream.Gateway.Config;

/// <summary>Splits a program and its arguments at blanks.</summary>
/// <remarks>What stands in single or double quotes is held together; there are no other signs: no shell reads
/// it.</remarks>
internal static class CommandLine
{
    /// <summary>The words; false where a quote does not end.</summary>
    public static bool TrySplit(string text, out IReadOnlyList<string> words)
    {
        var all = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        foreach (var character in text)
        {
            if (quote != '\0' ? character == quote : character is '"' or '\'')
            {
                quote = quote == '\0' ? character : '\0';
                isWord = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(character))
            {
                Take();
            }
            else
            {
                word.Append(character);
                isWord = true;
            }
        }

        Take();
        words = all;
        return quote == '\0';

        void Take()
        {
            if (isWord)
            {
                all.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
        }
    }
}
