Console.WriteLine("No benchmark area exists yet.");
return args is ["--", "list"] or ["list"] or [] ? 0 : 2;
