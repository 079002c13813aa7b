namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>Texts that other people wrote, for a terminal: what would steer it is shown as a mark.</summary>
internal static class VisibleText
{
    /// <summary>The text with a mark for every control character.</summary>
    public static string Of(string text, char mark)
    {
        var characters = text.ToCharArray();
        for (var index = 0; index < characters.Length; index++)
        {
            if (char.IsControl(characters[index]))
            {
                characters[index] = mark;
            }
        }

        return new string(characters);
    }
}
