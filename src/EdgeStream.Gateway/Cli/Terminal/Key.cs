using System.Text;

namespace EdgeStream.Gateway.Cli.Terminal;

/// <summary>A key, and the character where it is one.</summary>
internal readonly record struct Key(KeyKind Kind, Rune Character = default);
